/** The fields of the dialog: where the list comes from, and what its items may leave out. */
import { hinted, type EditedNode, type DialogFields } from '../../action/editor/dialog';
import { checkInstrument, type Current } from '../../action/editor/instrument';
import { CATEGORIES } from '../../bybit/model';
import type { Read } from '../../properties/values';
import { DEFAULTS, FIELDS as NAMES, type Field } from '../settings';

export const FIELDS: DialogFields<Field> = {
  names: NAMES,
  defaults: DEFAULTS,
  choices: { category: ['', ...CATEGORIES] },
  checkText,
  checkBlank,
};

/** A list is never a text. */
function checkText(field: Field, text: string, current: Current, node: EditedNode): Read<unknown> {
  return field === 'orders' ? hinted(node, 'noText') : checkInstrument(field, text, current);
}

/** Category and symbol can stand in each item. */
function checkBlank(field: Field, _current: Current, node: EditedNode): Read<unknown> {
  return field === 'orders' ? hinted(node, 'noOrders') : { value: undefined };
}
