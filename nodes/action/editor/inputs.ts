/** The dialog's inputs: where each field comes from, and what can be chosen or completed. */
import type { EditorRED } from 'node-red';
import { SOURCES, type Source } from '../request/settings';
import {
  claimDialog,
  currentOf,
  fieldValidator,
  ID,
  type EditedNode,
  type DialogFields,
} from './dialog';
import { fixedCategory } from './instrument';
import { symbolCompletion, type Completion } from './symbol-completion';

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
type Validate = (this: EditedNode, value: string, options: object) => boolean | string;

/** Makes the inputs of a dialog that has just been opened. */
export function prepareInputs<F extends string>(node: EditedNode, fields: DialogFields<F>): void {
  claimDialog(node, fields);
  const inputs = $(selectorOf(fields));
  // A check of all fields between two would hang its reason on an input that is then hidden.
  inputs.attr('skipValidation', 'true');
  for (const field of fields.names) {
    const types = [
      ...SOURCES.map((source) => typeOf(node, fields, field, source)),
      ...unknownType(node, fields, field),
    ];
    $(ID + field).typedInput({
      default: 'msg',
      // The published types lack what is newer than Node-RED 2.
      types: types as never,
      typeField: $(`${ID + field}Type`),
    });
  }
  inputs.removeAttr('skipValidation');
}

/** Calls it now, and whenever a field or another property changes. */
export function followInputs<F extends string>(
  fields: DialogFields<F>,
  others: readonly string[],
  update: () => void,
): void {
  const selectors = [selectorOf(fields), ...others.map((property) => ID + property)];
  $(selectors.join()).on('change keyup', update);
  update();
}

function selectorOf<F extends string>({ names }: DialogFields<F>): string {
  return names.map((field) => ID + field).join();
}

/** A type that Node-RED does not know would be replaced by one that it does. */
function unknownType<F extends string>(
  node: EditedNode,
  fields: DialogFields<F>,
  field: F,
): { value: string; label: string }[] {
  const stored = currentOf(node, fields)(`${field}Type`);
  return SOURCES.some((source) => source === stored) ? [] : [{ value: stored, label: stored }];
}

function typeOf<F extends string>(
  node: EditedNode,
  fields: DialogFields<F>,
  field: F,
  source: Source,
): Source | TextType {
  return source === 'str' ? textType(node, fields, field) : source;
}

/** Node-RED's own type for text, with what there is to choose or to complete. */
function textType<F extends string>(node: EditedNode, fields: DialogFields<F>, field: F): TextType {
  const validate = fieldValidator(fields, field) as Validate;
  const current = currentOf(node, fields);
  const choice = () => ({ account: current('account'), category: fixedCategory(current) });
  const options = optionsOf(node, fields, field);
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
function optionsOf<F extends string>(
  node: EditedNode,
  fields: DialogFields<F>,
  field: F,
): TextType['options'] {
  const known: readonly string[] | undefined = fields.choices[field];
  if (known === undefined) return undefined;
  const options = known.map((value) => ({
    value,
    label: node._(`${node.type}.${field}.${value === '' ? 'none' : value}`),
  }));
  const current = currentOf(node, fields);
  const stored = current(`${field}Type`) === 'str' ? current(field) : '';
  return known.includes(stored) ? options : [...options, { value: stored, label: stored }];
}
