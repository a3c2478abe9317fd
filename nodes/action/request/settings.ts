/**
 * The properties that action nodes share, and how they are read. The runtime and the dialogs import
 * this one file.
 */
import { CATEGORIES, type Category } from '../../bybit/model';
import {
  readText,
  readWhole,
  resolveVariable,
  type LookUp,
  type Read,
} from '../../properties/values';

/** Where a field's value can come from: the types of the editor's TypedInput. */
export const SOURCES = ['msg', 'flow', 'global', 'str', 'env', 'jsonata'] as const;
export type Source = (typeof SOURCES)[number];

/** ms; a cancel that is still worth doing after an hour is a decision for the flow, not a wait. */
const MOST_TIMEOUT = 3_600_000;

/** Where one field's value comes from; a blank expression gives none. */
export interface FieldSetting {
  readonly source: Source;
  readonly expression: string;
}

/** What the account is to know of a node's orders: their category, where all are of one. */
export function ofCategory({ source, expression }: FieldSetting): { readonly category?: Category } {
  const fixed = source === 'str' ? expression.toLowerCase() : '';
  const category = CATEGORIES.find((known) => known === fixed);
  return category === undefined ? {} : { category };
}

export interface ActionSettings<F extends string> {
  /** id of a `bybit-config`, or blank */
  readonly account: string;
  /** ms */
  readonly timeout: number;
  readonly fields: Readonly<Record<F, FieldSetting>>;
}

/** A node's properties as a flow has them: some may be absent, and any can hold anything. */
export type RawSettings = Readonly<Record<string, unknown>>;

/** What one kind of node has for properties. */
export interface Properties<F extends string, Own extends object> {
  /** What absent properties take: all of the node's, with `…Type` for each field. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The fields that are read for each message. */
  readonly fields: readonly F[];
  /** How the properties are read that this kind alone has. */
  readonly own: { readonly [P in keyof Own]: (value: unknown) => Read<Own[P]> };
}

export function readTimeout(value: unknown): Read<number> {
  return readWhole('timeout', value, 1, MOST_TIMEOUT);
}

/** Reads a node's properties. Absent ones take their defaults, unset variables are a problem. */
export function readProperties<F extends string, Own extends object>(
  { defaults, fields, own }: Properties<F, Own>,
  raw: RawSettings,
  lookUp: LookUp,
): Read<ActionSettings<F> & NoInfer<Own>> {
  const readers: Record<string, (value: unknown) => Read<unknown>> = {
    name: (value) => ({ value }),
    account: (value) => readText('account', value),
    ...own,
    timeout: readTimeout,
  };
  const values: Record<string, unknown> = {};
  for (const [property, reader] of Object.entries(readers)) {
    const read = readWith(reader, resolved(property, raw, defaults, lookUp));
    if (read.problem !== undefined) return read;
    if (property !== 'name') values[property] = read.value;
  }
  const settings: Partial<Record<F, FieldSetting>> = {};
  for (const field of fields) {
    const read = readField(field, raw, defaults, lookUp);
    if (read.problem !== undefined) return read;
    settings[field] = read.value;
  }
  // Sound because each property was read by its own reader, and each field is there.
  return { value: { ...values, fields: settings } as unknown as ActionSettings<F> & NoInfer<Own> };
}

/** Reads where one field comes from: the properties `<field>` and `<field>Type`. */
export function readField(
  field: string,
  raw: RawSettings,
  defaults: RawSettings,
  lookUp: LookUp,
): Read<FieldSetting> {
  const type = resolved(`${field}Type`, raw, defaults, lookUp);
  if (type.problem !== undefined) return type;
  const source = SOURCES.find((known) => known === type.value);
  if (source === undefined) {
    return { problem: `${field}Type must be one of ${SOURCES.join(', ')}.` };
  }
  // The source env takes the form `${NAME}` as well, and looks it up itself, for each message.
  const value: Read<unknown> =
    source === 'env'
      ? { value: raw[field] ?? defaults[field] }
      : resolved(field, raw, defaults, lookUp);
  const expression = readWith((text) => readText(field, text), value);
  return expression.problem === undefined
    ? { value: { source, expression: expression.value } }
    : expression;
}

function resolved(
  property: string,
  raw: RawSettings,
  defaults: RawSettings,
  lookUp: LookUp,
): Read<unknown> {
  return resolveVariable(property, raw[property] ?? defaults[property], lookUp);
}

function readWith<T>(reader: (value: unknown) => Read<T>, given: Read<unknown>): Read<T> {
  return given.problem === undefined ? reader(given.value) : given;
}
