/** The dialog's inputs: where each field comes from, what can be chosen, and what is said to it. */
import type { EditorRED } from 'node-red';
import { CATEGORIES, ORDER_FILTERS } from '../bybit/model';
import {
  claimDialog,
  current,
  fieldValidator,
  filterIsIdle,
  filterIsUntouched,
  fixedCategory,
  ID,
  isBlank,
  type CancelOrder,
} from './checks.editor';
import { FIELDS, SOURCES, type Field, type Source } from './settings';
import { symbolCompletion, type Completion } from './symbols.editor';

declare const RED: EditorRED;

/** A type of Node-RED's TypedInput. */
interface TextType {
  readonly value: 'str';
  readonly label: string;
  readonly icon: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly validate: (value: string) => boolean | string;
  readonly autoComplete?: Completion;
}

/** As Node-RED calls it: with options it wants the reason. */
type Validate = (this: CancelOrder, value: string, options: object) => boolean | string;

/** What can be chosen as a fixed text. The blank one stands for nothing chosen. */
const CHOICES: Partial<Record<Field, readonly string[]>> = {
  category: ['', ...CATEGORIES],
  orderFilter: ['', ...ORDER_FILTERS],
};

export function prepareFields(node: CancelOrder): void {
  claimDialog(node);
  const inputs = $(FIELDS.map((field) => ID + field).join());
  // A check of all fields between two would hang its reason on an input that is then hidden.
  inputs.attr('skipValidation', 'true');
  for (const field of FIELDS) {
    const types = [
      ...SOURCES.map((source) => typeOf(node, field, source)),
      ...unknownType(node, field),
    ];
    $(ID + field).typedInput({
      default: 'msg',
      // The published types lack what is newer than Node-RED 2.
      types: types as never,
      typeField: $(`${ID + field}Type`),
    });
  }
  inputs.removeAttr('skipValidation');
  followFields(node);
}

/** A type that Node-RED does not know would be replaced by one that it does. */
function unknownType(node: CancelOrder, field: Field): { value: string; label: string }[] {
  const stored = current(node, `${field}Type`);
  return SOURCES.some((source) => source === stored) ? [] : [{ value: stored, label: stored }];
}

function typeOf(node: CancelOrder, field: Field, source: Source): Source | TextType {
  return source === 'str' ? textType(node, field) : source;
}

/** Node-RED's own type for text, with what there is to choose or to complete. */
function textType(node: CancelOrder, field: Field): TextType {
  const validate = fieldValidator(field) as Validate;
  const choice = () => ({ account: current(node, 'account'), category: fixedCategory(node) });
  const options = optionsOf(node, field);
  return {
    value: 'str',
    label: RED._('typedInput.type.str'),
    icon: 'red/images/typedInput/az.svg',
    validate: (value) => validate.call(node, value, {}),
    ...(options === undefined ? {} : { options }),
    ...(field === 'symbol' ? { autoComplete: symbolCompletion(choice) } : {}),
  };
}

/** With the stored text, whatever it is: Node-RED puts the first one in the place of any other. */
function optionsOf(node: CancelOrder, field: Field): TextType['options'] {
  const known = CHOICES[field];
  if (known === undefined) return undefined;
  const options = known.map((value) => ({
    value,
    label: node._(`bybit-cancel-order.${field}.${value === '' ? 'none' : value}`),
  }));
  const stored = current(node, `${field}Type`) === 'str' ? current(node, field) : '';
  return known.includes(stored) ? options : [...options, { value: stored, label: stored }];
}

/** Shows what matters for what is chosen, and says in words what comes of it. */
function followFields(node: CancelOrder): void {
  const show = (part: string, shown: boolean) => $(`.bybit-cancel-order-${part}`).toggle(shown);
  const update = () => {
    const given = (['orderId', 'orderLinkId'] as const).filter((id) => !isBlank(node, id)).length;
    show('no-id', given === 0);
    show('both-ids', given === 2);
    const [isIdle, isUntouched] = [filterIsIdle(node), filterIsUntouched(node)];
    show('filter', !isIdle || !isUntouched);
    show('no-filter', isIdle && !isUntouched);
    const confirm = $(`${ID}confirm`);
    const isBox = confirm.attr('type') === 'checkbox';
    show('confirmed', isBox && confirm.prop('checked') === true);
    show('accepted', isBox && confirm.prop('checked') === false);
  };
  const inputs = FIELDS.map((field) => ID + field).join();
  $(`${inputs}, ${ID}confirm`).on('change keyup', update);
  update();
}
