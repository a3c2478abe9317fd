/** The fields of the dialog: what is particular to them, and what it says of the scope. */
import {
  currentOf,
  hinted,
  ID,
  showPart,
  type EditedNode,
  type DialogFields,
} from '../../action/editor/dialog';
import { followInputs, prepareInputs } from '../../action/editor/inputs';
import type { Current } from '../../action/editor/instrument';
import { CATEGORIES, EVERY_SYMBOL, KINDS, SIDES } from '../../bybit/model';
import type { Read } from '../../properties/values';
import { DEFAULTS, FIELDS as NAMES, readKinds, type Field } from '../settings';
import {
  checkBlank,
  checkFixed,
  settleCoinIsIdle,
  settleCoinIsUntouched,
  type CheckedField,
} from './checks';
import { fixedSymbolOf, hasNoPlace } from './parts';
import { scopeSentences } from './sentence';
import type { Say } from '../../properties/problems';

export const FIELDS: DialogFields<Field> = {
  names: NAMES,
  defaults: DEFAULTS,
  choices: { category: ['', ...CATEGORIES], side: ['', ...SIDES] },
  checkText: (field, text, current, node) => inWords(node, checkFixed(field, text, current)),
  checkBlank: (field, current, node) => inWords(node, checkBlank(field, current)),
};

function inWords(node: EditedNode, checked: CheckedField): Read<unknown> {
  return 'hint' in checked ? hinted(node, checked.hint) : checked;
}

export function sayOf(node: EditedNode): Say {
  const texts: { readonly _: Say } = node;
  return (key, values) => texts._(`${node.type}.${key}`, values);
}

/** What the open dialog shows; of the box for a dry run whether it is ticked. */
export function shownIn(node: EditedNode): Current {
  const current = currentOf(node, FIELDS);
  return (property) => {
    const input = $(ID + property);
    const isBox = input.attr('type') === 'checkbox';
    return isBox ? String(input.prop('checked') === true) : current(property);
  };
}

/** What is stored in the node, in the dialog's terms. */
export function storedIn(node: object): Current {
  const stored = node as Readonly<Record<string, unknown>>;
  const defaults: Readonly<Record<string, unknown>> = DEFAULTS;
  return (property) => {
    const value = stored[property] ?? defaults[property];
    return ['string', 'boolean', 'number'].includes(typeof value) ? String(value) : '';
  };
}

/** Makes the inputs, shows what matters for what is chosen, and says in words what comes of it. */
export function prepareFields(node: EditedNode): void {
  prepareInputs(node, FIELDS);
  const [current, say] = [shownIn(node), sayOf(node)];
  followInputs(FIELDS, ['kinds', 'which', 'atMost', 'dryRun'], () => {
    const [isIdle, isUntouched] = [settleCoinIsIdle(current), settleCoinIsUntouched(current)];
    showPart(node, 'settle-coin', !isIdle || !isUntouched);
    showPart(node, 'no-settle-coin', isIdle && !isUntouched);
    showPart(node, 'no-place', hasNoPlace(current));
    showPart(node, 'every-symbol', fixedSymbolOf(current) === EVERY_SYMBOL);
    const { value } = readKinds(current('kinds'));
    for (const kinds of KINDS) showPart(node, `kinds-${kinds}`, kinds === value);
    $('#bybit-cancel-all-scope').text(scopeSentences(current, say));
  });
}

/** A select or a checkbox can't show a variable that came with the flow, and would overwrite it. */
export function keepVariable(property: 'kinds' | 'which' | 'dryRun', value: unknown): void {
  if (typeof value !== 'string') return;
  const input = $(ID + property);
  if (input.is('select')) {
    if (input.val() !== value) input.append($('<option>').val(value).text(value)).val(value);
  } else if (value.trim() !== 'true' && value.trim() !== 'false') {
    input.attr('type', 'text').css({ width: 'calc(100% - 155px)' }).val(value);
    input.next().hide();
  }
}
