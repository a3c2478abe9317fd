/**
 * The dialog of the cancel node in the editor.
 */
import type { EditorNodeInstance, EditorRED } from 'node-red';
import { showAsRead } from '../dialog.editor';
import { validator } from '../validator.editor';
import type { Read } from '../values';
import { readValue } from './request';
import { DEFAULTS, FIELDS, readConfirm, readTimeout, SOURCES, type Field } from './settings';

declare const RED: EditorRED & {
  readonly utils: {
    validateTypedProperty(value: unknown, type: string, options: object): true | string;
  };
};

interface Properties {
  name: string;
  account: string;
  category: string;
  categoryType: string;
  symbol: string;
  symbolType: string;
  orderId: string;
  orderIdType: string;
  orderLinkId: string;
  orderLinkIdType: string;
  orderFilter: string;
  orderFilterType: string;
  confirm: boolean;
  timeout: number;
}
type CancelOrder = EditorNodeInstance<Properties>;

/** Checks a field as far as the editor can: a text as a value, an expression by its form. */
function fieldValidator(field: Field) {
  return validator(function (this: CancelOrder, value): Read<unknown> {
    // An open dialog knows better than what is stored.
    const stored = this[`${field}Type`] as string | undefined;
    const type = $(`#node-input-${field}Type`).val() ?? stored ?? DEFAULTS[`${field}Type`];
    if (typeof value !== 'string' || value.trim() === '') return checkBlank(field);
    if (type === 'str') return readValue(field, value);
    const valid = RED.utils.validateTypedProperty(value, String(type), {});
    return valid === true ? { value } : { problem: `${field}: ${valid}` };
  }, DEFAULTS[field]);
}

function checkBlank(field: Field): Read<unknown> {
  return field === 'category' || field === 'symbol'
    ? { problem: `${field} is required.` }
    : { value: undefined };
}

function prepareFields(): void {
  for (const field of FIELDS) {
    $(`#node-input-${field}`).typedInput({
      default: 'msg',
      types: [...SOURCES],
      typeField: $(`#node-input-${field}Type`),
    });
  }
}

/** A checkbox can't show a variable that came with the flow, and would overwrite it. */
function keepVariable(value: unknown): void {
  if (typeof value !== 'string' || readConfirm(value).problem === undefined) return;
  $('#node-input-confirm').attr('type', 'text').css({ width: '70%' }).val(value);
}

RED.nodes.registerType<Properties>('bybit-cancel-order', {
  category: 'bybit',
  color: '#F3B567',
  icon: 'bybit-cancel-order.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'bybit cancel order',
  defaults: {
    name: { value: DEFAULTS.name },
    account: { value: DEFAULTS.account, type: 'bybit-config', required: true },
    category: { value: DEFAULTS.category, validate: fieldValidator('category') },
    categoryType: { value: DEFAULTS.categoryType },
    symbol: { value: DEFAULTS.symbol, validate: fieldValidator('symbol') },
    symbolType: { value: DEFAULTS.symbolType },
    orderId: { value: DEFAULTS.orderId, validate: fieldValidator('orderId') },
    orderIdType: { value: DEFAULTS.orderIdType },
    orderLinkId: { value: DEFAULTS.orderLinkId, validate: fieldValidator('orderLinkId') },
    orderLinkIdType: { value: DEFAULTS.orderLinkIdType },
    orderFilter: { value: DEFAULTS.orderFilter, validate: fieldValidator('orderFilter') },
    orderFilterType: { value: DEFAULTS.orderFilterType },
    confirm: { value: DEFAULTS.confirm, validate: validator(readConfirm, DEFAULTS.confirm) },
    timeout: { value: DEFAULTS.timeout, validate: validator(readTimeout, DEFAULTS.timeout) },
  },
  label() {
    return this.name || 'bybit cancel order';
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('bybit-cancel-order.port.order');
  },
  outputLabels(index) {
    return this._(`bybit-cancel-order.port.${index === 0 ? 'cancelled' : 'failed'}`);
  },
  oneditprepare() {
    showAsRead('#node-input-', this, DEFAULTS);
    prepareFields();
    keepVariable(this.confirm);
  },
});
