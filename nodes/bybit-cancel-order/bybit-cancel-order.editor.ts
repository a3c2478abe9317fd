/**
 * The dialog of the cancel node in the editor.
 */
import type { EditorRED } from 'node-red';
import { showAsRead } from '../properties/dialog.editor';
import { validator } from '../properties/validator.editor';
import { checkAccount, fieldValidator, ID, type Properties } from './checks.editor';
import { prepareFields } from './fields.editor';
import { DEFAULTS, readConfirm, readTimeout } from './settings';

declare const RED: EditorRED;

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
    showAsRead(ID, this, DEFAULTS);
    keepVariable(this.confirm);
    prepareFields(this);
  },
});
