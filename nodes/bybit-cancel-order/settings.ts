/**
 * The properties of a cancel node: their defaults, how they are read, and what is wrong with them.
 * The runtime and the dialog import this one file.
 */
import {
  readFlag,
  readText,
  readWhole,
  resolveVariable,
  type LookUp,
  type Read,
} from '../properties/values';

/** In the order in which the exchange gets them. */
export const FIELDS = ['category', 'symbol', 'orderId', 'orderLinkId', 'orderFilter'] as const;
export type Field = (typeof FIELDS)[number];

/** Where a field's value can come from: the types of the editor's TypedInput. */
export const SOURCES = ['msg', 'flow', 'global', 'str', 'env', 'jsonata'] as const;
export type Source = (typeof SOURCES)[number];

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
export type RawSettings = Partial<Record<keyof typeof DEFAULTS, unknown>>;

/** ms; a cancel that is still worth doing after an hour is a decision for the flow, not a wait. */
const MOST_TIMEOUT = 3_600_000;

/** Where one field's value comes from; a blank expression gives none. */
export interface FieldSetting {
  readonly source: Source;
  readonly expression: string;
}

export interface Settings {
  /** id of a `bybit-config`, or blank */
  readonly account: string;
  readonly confirm: boolean;
  /** ms */
  readonly timeout: number;
  readonly fields: Readonly<Record<Field, FieldSetting>>;
}

export function readTimeout(value: unknown): Read<number> {
  return readWhole('timeout', value, 1, MOST_TIMEOUT);
}

export function readConfirm(value: unknown): Read<boolean> {
  return readFlag('confirm', value);
}

/** Reads a node's properties. Absent ones take their defaults, unset variables are a problem. */
export function readSettings(raw: RawSettings, lookUp: LookUp): Read<Settings> {
  const name = resolved(raw, 'name', lookUp);
  if (name.problem !== undefined) return name;
  const account = readWith((id) => readText('account', id), resolved(raw, 'account', lookUp));
  if (account.problem !== undefined) return account;
  const confirm = readWith(readConfirm, resolved(raw, 'confirm', lookUp));
  if (confirm.problem !== undefined) return confirm;
  const timeout = readWith(readTimeout, resolved(raw, 'timeout', lookUp));
  if (timeout.problem !== undefined) return timeout;
  const fields: Partial<Record<Field, FieldSetting>> = {};
  for (const field of FIELDS) {
    const read = readField(field, raw, lookUp);
    if (read.problem !== undefined) return read;
    fields[field] = read.value;
  }
  return {
    value: {
      account: account.value,
      confirm: confirm.value,
      timeout: timeout.value,
      fields: fields as Record<Field, FieldSetting>,
    },
  };
}

function readField(field: Field, raw: RawSettings, lookUp: LookUp): Read<FieldSetting> {
  const type = resolved(raw, `${field}Type`, lookUp);
  if (type.problem !== undefined) return type;
  const source = SOURCES.find((known) => known === type.value);
  if (source === undefined) {
    return { problem: `${field}Type must be one of ${SOURCES.join(', ')}.` };
  }
  // The source env takes the form `${NAME}` as well, and looks it up itself, for each message.
  const value = source === 'env' ? { value: chosen(raw, field) } : resolved(raw, field, lookUp);
  const expression = readWith((text) => readText(field, text), value);
  return expression.problem === undefined
    ? { value: { source, expression: expression.value } }
    : expression;
}

function chosen(raw: RawSettings, property: keyof RawSettings): unknown {
  return raw[property] ?? DEFAULTS[property];
}

function resolved(raw: RawSettings, property: keyof RawSettings, lookUp: LookUp): Read<unknown> {
  return resolveVariable(property, chosen(raw, property), lookUp);
}

function readWith<T>(reader: (value: unknown) => Read<T>, given: Read<unknown>): Read<T> {
  return given.problem === undefined ? reader(given.value) : given;
}
