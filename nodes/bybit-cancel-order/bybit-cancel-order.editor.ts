/**
 * The dialog of the cancel node in the editor.
 */
import type { EditorRED } from 'node-red';
import { checkAccount, currentOf, fieldValidator, ID } from '../action/editor/dialog';
import { prepareDrill } from '../action/editor/drill-button';
import type { OrderField } from '../action/request/order-fields';
import { readTimeout } from '../action/request/settings';
import { showAsRead } from '../properties/dialog.editor';
import { validator } from '../properties/validator.editor';
import { FIELDS, prepareFields } from './editor/fields';
import { DEFAULTS, readConfirm } from './settings';

declare const RED: EditorRED;

type FieldProperties = Record<OrderField | `${OrderField}Type`, string>;
interface Properties extends FieldProperties {
  name: string;
  account: string;
  confirm: boolean;
  timeout: number;
}

/** A checkbox can't show a variable that came with the flow, and would overwrite it. */
function keepVariable(value: unknown): void {
  if (typeof value !== 'string' || readConfirm(value).problem === undefined) return;
  $(`${ID}confirm`).attr('type', 'text').css({ width: 'calc(100% - 155px)' }).val(value);
  $(`${ID}confirm`).next().hide();
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
    account: {
      value: DEFAULTS.account,
      type: 'bybit-config',
      validate: validator(checkAccount, DEFAULTS.account),
    },
    category: { value: DEFAULTS.category, validate: fieldValidator(FIELDS, 'category') },
    categoryType: { value: DEFAULTS.categoryType },
    symbol: { value: DEFAULTS.symbol, validate: fieldValidator(FIELDS, 'symbol') },
    symbolType: { value: DEFAULTS.symbolType },
    orderId: { value: DEFAULTS.orderId, validate: fieldValidator(FIELDS, 'orderId') },
    orderIdType: { value: DEFAULTS.orderIdType },
    orderLinkId: { value: DEFAULTS.orderLinkId, validate: fieldValidator(FIELDS, 'orderLinkId') },
    orderLinkIdType: { value: DEFAULTS.orderLinkIdType },
    orderFilter: { value: DEFAULTS.orderFilter, validate: fieldValidator(FIELDS, 'orderFilter') },
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
    showAsRead(ID, this, DEFAULTS);
    keepVariable(this.confirm);
    prepareFields(this);
    prepareDrill(this, currentOf(this, FIELDS));
  },
});
