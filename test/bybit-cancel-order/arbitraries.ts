/**
 * Whatever a flow may hold: values as they should be, nearly so, and not at all.
 */
import fc from 'fast-check';
import { ORDER_FIELDS, type OrderField } from '../../nodes/action/request/order-fields';
import { SOURCES } from '../../nodes/action/request/settings';
import { CATEGORIES, ORDER_FILTERS } from '../../nodes/bybit/model';

const fail = (): never => {
  throw new TypeError('no looking inside');
};

/** Values that try to break whoever looks at them. */
const HOSTILE: readonly (() => unknown)[] = [
  () => () => 'function',
  () => Symbol('symbol'),
  () => NaN,
  () => -0,
  () => Infinity,
  () => 2 ** 53,
  () => -1n,
  () => 10n ** 40n,
  () => Object('boxed') as unknown,
  () => ({ toString: fail, valueOf: fail, toJSON: fail }),
  () => ({ then: fail }),
  () => ({ then: () => undefined }),
  () => new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail }),
  () => new Proxy([], { get: fail }),
  () => Object.defineProperty({}, 'orderId', { get: fail, enumerable: true }),
  () => Buffer.from('abc'),
  () => new Map(),
  () => '\0',
  () => '\ud800',
  () => '${HOME}',
  () => '__proto__',
];

/** Stands for a hostile value until the message is made: fast-check looks into what it generates. */
class Hostile {
  constructor(readonly index: number) {}
}
const hostile = fc.nat({ max: HOSTILE.length - 1 }).map((index) => new Hostile(index));

function materialize(value: unknown): unknown {
  return value instanceof Hostile ? HOSTILE[value.index]?.() : value;
}

const blanks = fc.constantFrom('', ' ', '\n', '\t ');

/** Text that may count, with what else is said of text: case, blanks, invisible characters. */
const nearly = (values: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(blanks, fc.constantFrom(...values), blanks, fc.boolean())
    .map(([before, text, after, upper]) => before + (upper ? text.toUpperCase() : text) + after);

const good: Record<OrderField, fc.Arbitrary<unknown>> = {
  category: nearly(CATEGORIES),
  symbol: nearly(['BTCUSDT', 'ethusd', 'BTC-29DEC23-80000-C', 'BYBIT:ethusdt.p']),
  orderId: fc.oneof(
    nearly(['c6f055d9-7f21-4079-913d-e6523a9cfffa', '1423456789012345678']),
    fc.maxSafeInteger(),
    fc.bigInt(),
  ),
  orderLinkId: nearly(['mine-1', 'mine_2']),
  orderFilter: fc.constantFrom(...ORDER_FILTERS, undefined, null, ''),
};

const anything = fc.oneof(
  { weight: 3, arbitrary: fc.anything({ withBigInt: true, withNullPrototype: true }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 140 }) },
  { weight: 3, arbitrary: hostile },
);

/** A payload with each field as it should be more often than not, so that many get through. */
const payload = fc
  .record(
    Object.fromEntries(
      ORDER_FIELDS.map((field) => [
        field,
        fc.oneof({ weight: 8, arbitrary: good[field] }, { weight: 1, arbitrary: anything }),
      ]),
    ),
    { requiredKeys: [] },
  )
  .map((fields) => new Fields(fields));

/** Fields by name, some of them still to be made. */
class Fields {
  constructor(readonly fields: Record<string, unknown>) {}

  make(): Record<string, unknown> {
    const made = Object.entries(this.fields).map(([key, value]) => [key, materialize(value)]);
    return Object.fromEntries(made) as Record<string, unknown>;
  }
}

type Wrap = (msg: Record<string, unknown>) => object;

/** What can be done to a message itself, so that it still is one that Node-RED hands on. */
const wraps: Wrap[] = [
  (msg) => msg,
  (msg) => msg,
  (msg) => msg,
  (msg) => Object.freeze(msg),
  (msg) => Object.seal(msg),
  (msg) => Object.preventExtensions(msg),
  (msg) => Object.defineProperty(msg, 'payload', { get: fail }),
  (msg) => Object.defineProperty(msg, 'error', { get: fail, configurable: true }),
  (msg) => Object.defineProperty(msg, 'bybit', { set: fail, get: fail }),
  (msg) => Object.setPrototypeOf(msg, null) as object,
  (msg) => new Proxy(msg, { set: fail, defineProperty: fail }),
  (msg) => new Proxy(msg, { getOwnPropertyDescriptor: fail }),
  (msg) => new Proxy(msg, { isExtensible: fail, deleteProperty: fail }),
];

/** How to make a message: it has to be made at the last moment, and for each try anew. */
export class Recipe {
  constructor(
    readonly payload: unknown,
    readonly rest: Fields,
    readonly wrap: number,
  ) {}

  make(): object {
    const { payload } = this;
    const made = payload instanceof Fields ? payload.make() : materialize(payload);
    const msg = { _msgid: 'm', ...this.rest.make(), payload: made };
    return wraps[this.wrap]?.(msg) ?? msg;
  }
}

const rest = fc
  .dictionary(fc.constantFrom('error', '_error', 'bybit', 'topic', 'statusCode'), anything)
  .map((fields) => new Fields(fields));

export const message: fc.Arbitrary<Recipe> = fc
  .tuple(
    fc.oneof({ weight: 6, arbitrary: payload }, { weight: 1, arbitrary: anything }),
    rest,
    fc.nat({ max: wraps.length - 1 }),
  )
  .map((parts) => new Recipe(...parts));

const expression = fc.oneof(
  fc.constantFrom(
    'payload.category',
    'payload.orderId',
    'payload',
    'payload[msg.topic]',
    'payload.[',
    'payload.symbol & "x"',
    '$error("no")',
    '$map([1..3], $string)',
    '(',
    'linear',
    'BTCUSDT',
    'StopOrder',
    '${BYBIT_NOT_THERE}',
    'PATH',
    '#:(nowhere)::key',
    '',
  ),
  fc.string({ maxLength: 12 }),
);

/** Anything that a flow file can hold; with such keys Node-RED itself does not read it. */
const json = fc
  .jsonValue({ maxDepth: 1 })
  .filter((value) => !/toString|valueOf|hasOwnProperty|__proto__/.test(JSON.stringify(value)));

/** Settings as a flow file may hold them, with `name` and `account` left to the test. */
export const settings: fc.Arbitrary<object> = fc
  .tuple(
    ...ORDER_FIELDS.map((field) =>
      fc.record(
        {
          [field]: fc.oneof({ weight: 9, arbitrary: expression }, { weight: 1, arbitrary: json }),
          [`${field}Type`]: fc.oneof(
            { weight: 15, arbitrary: fc.constantFrom(...SOURCES) },
            { weight: 1, arbitrary: json },
          ),
        },
        { requiredKeys: [] },
      ),
    ),
    fc.record(
      {
        confirm: fc.oneof(fc.boolean(), fc.constantFrom('true', 'false'), json),
        timeout: fc.oneof(
          { weight: 5, arbitrary: fc.constant('2000') },
          { weight: 1, arbitrary: json },
        ),
      },
      { requiredKeys: [] },
    ),
  )
  .map((parts) => JSON.parse(JSON.stringify(Object.assign({}, ...parts))) as object);
