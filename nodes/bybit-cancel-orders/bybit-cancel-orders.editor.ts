/**
 * The dialog of the node that cancels the orders of a list.
 */
import type { EditorRED } from 'node-red';
import { checkAccount, currentOf, fieldValidator, ID } from '../action/editor/dialog';
import { prepareDrill } from '../action/editor/drill-button';
import { prepareInputs } from '../action/editor/inputs';
import { readTimeout } from '../action/request/settings';
import { showAsRead } from '../properties/dialog.editor';
import { validator } from '../properties/validator.editor';
import { FIELDS } from './editor/fields';
import { DEFAULTS, type Field } from './settings';

declare const RED: EditorRED;

type FieldProperties = Record<Field | `${Field}Type`, string>;
interface Properties extends FieldProperties {
  name: string;
  account: string;
  timeout: number;
}

RED.nodes.registerType<Properties>('bybit-cancel-orders', {
  category: 'bybit',
  color: '#F3B567',
  icon: 'bybit-cancel-orders.svg',
  inputs: 1,
  outputs: 2,
  paletteLabel: 'bybit cancel orders',
  defaults: {
    name: { value: DEFAULTS.name },
    account: {
      value: DEFAULTS.account,
      type: 'bybit-config',
      validate: validator(checkAccount, DEFAULTS.account),
    },
    orders: { value: DEFAULTS.orders, validate: fieldValidator(FIELDS, 'orders') },
    ordersType: { value: DEFAULTS.ordersType },
    category: { value: DEFAULTS.category, validate: fieldValidator(FIELDS, 'category') },
    categoryType: { value: DEFAULTS.categoryType },
    symbol: { value: DEFAULTS.symbol, validate: fieldValidator(FIELDS, 'symbol') },
    symbolType: { value: DEFAULTS.symbolType },
    timeout: { value: DEFAULTS.timeout, validate: validator(readTimeout, DEFAULTS.timeout) },
  },
  label() {
    return this.name || 'bybit cancel orders';
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('bybit-cancel-orders.port.orders');
  },
  outputLabels(index) {
    return this._(`bybit-cancel-orders.port.${index === 0 ? 'cancelled' : 'failed'}`);
  },
  oneditprepare() {
    showAsRead(ID, this, DEFAULTS);
    prepareInputs(this, FIELDS);
    prepareDrill(this, currentOf(this, FIELDS));
  },
});
