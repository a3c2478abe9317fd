/**
 * The properties of a node that cancels the orders of a list: their defaults, and how they are read.
 * The runtime and the dialog import this one file.
 */
import { readProperties, type ActionSettings, type RawSettings } from '../action/request/settings';
import type { LookUp, Read } from '../properties/values';

export const FIELDS = ['orders', 'category', 'symbol'] as const;
export type Field = (typeof FIELDS)[number];

export const DEFAULTS = {
  name: '',
  account: '',
  orders: 'payload',
  ordersType: 'msg',
  category: 'payload.category',
  categoryType: 'msg',
  symbol: 'payload.symbol',
  symbolType: 'msg',
  timeout: 30_000,
} as const;

export type Settings = ActionSettings<Field>;

/** Reads a node's properties. Absent ones take their defaults, unset variables are a problem. */
export function readSettings(raw: RawSettings, lookUp: LookUp): Read<Settings> {
  return readProperties({ defaults: DEFAULTS, fields: FIELDS, own: {} }, raw, lookUp);
}
