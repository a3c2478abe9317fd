/**
 * The properties of a cancel node: their defaults, how they are read, and what is wrong with them.
 * The runtime and the dialog import this one file.
 */
import { ORDER_FIELDS, type OrderField } from '../action/request/order-fields';
import {
  readProperties,
  type ActionSettings,
  type Properties,
  type RawSettings,
} from '../action/request/settings';
import { readFlag, type LookUp, type Read } from '../properties/values';

export const DEFAULTS = {
  name: '',
  account: '',
  category: 'payload.category',
  categoryType: 'msg',
  symbol: 'payload.symbol',
  symbolType: 'msg',
  orderId: 'payload.orderId',
  orderIdType: 'msg',
  orderLinkId: 'payload.orderLinkId',
  orderLinkIdType: 'msg',
  orderFilter: 'payload.orderFilter',
  orderFilterType: 'msg',
  confirm: true,
  timeout: 10_000,
} as const;

interface Own {
  readonly confirm: boolean;
}
export type Settings = ActionSettings<OrderField> & Own;

const PROPERTIES: Properties<OrderField, Own> = {
  defaults: DEFAULTS,
  fields: ORDER_FIELDS,
  own: { confirm: readConfirm },
};

export function readConfirm(value: unknown): Read<boolean> {
  return readFlag('confirm', value);
}

/** Reads a node's properties. Absent ones take their defaults, unset variables are a problem. */
export function readSettings(raw: RawSettings, lookUp: LookUp): Read<Settings> {
  return readProperties(PROPERTIES, raw, lookUp);
}
