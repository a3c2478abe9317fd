/** The fields of a cancel node's dialog: what is particular to them, and the hints that go by it. */
import {
  currentOf,
  hinted,
  showPart,
  ID,
  type EditedNode,
  type DialogFields,
} from '../../action/editor/dialog';
import { followInputs, prepareInputs } from '../../action/editor/inputs';
import {
  checkBlankInstrument,
  checkInstrument,
  fixedCategory,
  type Current,
} from '../../action/editor/instrument';
import { ORDER_FIELDS, readValue, type OrderField } from '../../action/request/order-fields';
import { CATEGORIES, ORDER_FILTERS } from '../../bybit/model';
import type { Read } from '../../properties/values';
import { DEFAULTS } from '../settings';

export const FIELDS: DialogFields<OrderField> = {
  names: ORDER_FIELDS,
  defaults: DEFAULTS,
  choices: { category: ['', ...CATEGORIES], orderFilter: ['', ...ORDER_FILTERS] },
  checkText,
  checkBlank,
};

function checkText(
  field: OrderField,
  text: string,
  current: Current,
  node: EditedNode,
): Read<unknown> {
  if (field === 'category' || field === 'symbol') return checkInstrument(field, text, current);
  const read = readValue(field, text);
  if (read.problem !== undefined || field !== 'orderFilter') return read;
  return filterIsIdle(current) ? hinted(node, 'noFilter') : read;
}

function checkBlank(field: OrderField, current: Current, node: EditedNode): Read<unknown> {
  if (field === 'category' || field === 'symbol') return checkBlankInstrument(field, current);
  const other = OTHER_ID[field];
  return other !== undefined && isBlank(current, other)
    ? hinted(node, 'noId')
    : { value: undefined };
}

const OTHER_ID: Partial<Record<OrderField, OrderField>> = {
  orderId: 'orderLinkId',
  orderLinkId: 'orderId',
};

/** Whether the category is one without filters. */
function filterIsIdle(current: Current): boolean {
  const category = fixedCategory(current);
  return category !== undefined && category !== 'spot';
}

/** Whether the filter is as a new node has it, or blank: then nobody has chosen one here. */
function filterIsUntouched(current: Current): boolean {
  const [filter, type] = [current('orderFilter'), current('orderFilterType')];
  const isDefault = type === DEFAULTS.orderFilterType && filter === DEFAULTS.orderFilter;
  return isDefault || filter.trim() === '';
}

function isBlank(current: Current, field: OrderField): boolean {
  return current(field).trim() === '';
}

/** Makes the inputs, shows what matters for what is chosen, and says in words what comes of it. */
export function prepareFields(node: EditedNode): void {
  prepareInputs(node, FIELDS);
  const current = currentOf(node, FIELDS);
  followInputs(FIELDS, ['confirm'], () => {
    const given = (['orderId', 'orderLinkId'] as const).filter((id) => !isBlank(current, id));
    showPart(node, 'no-id', given.length === 0);
    showPart(node, 'both-ids', given.length === 2);
    const [isIdle, isUntouched] = [filterIsIdle(current), filterIsUntouched(current)];
    showPart(node, 'filter', !isIdle || !isUntouched);
    showPart(node, 'no-filter', isIdle && !isUntouched);
    const confirm = $(`${ID}confirm`);
    const isBox = confirm.attr('type') === 'checkbox';
    showPart(node, 'confirmed', isBox && confirm.prop('checked') === true);
    showPart(node, 'accepted', isBox && confirm.prop('checked') === false);
  });
}
