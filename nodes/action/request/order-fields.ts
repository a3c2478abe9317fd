/**
 * From what was given for an order to a request that may be sent, or to a refusal in words. Forgiving
 * in form, strict in substance: a request that means another order than its author is worse than none.
 */
import type { Account } from '../../bybit/account';
import { CATEGORIES, ORDER_FILTERS, type CancelRequest, type Category } from '../../bybit/model';
import { problem } from '../../properties/problems';
import type { Read } from '../../properties/values';
import type { RawFields } from './read-fields';
import { Refusal } from './refusal';
import { categoryIn, disagreement, readName } from './symbol-names';

/** In the order in which the exchange gets them. */
export const ORDER_FIELDS = [
  'category',
  'symbol',
  'orderId',
  'orderLinkId',
  'orderFilter',
] as const;
export type OrderField = (typeof ORDER_FIELDS)[number];

type Known = Partial<Record<OrderField, string>>;

/** Characters. The exchange's symbols stay under 40, its ids and those of clients under 50. */
const LONGEST: Record<OrderField, number> = {
  category: 64,
  symbol: 64,
  orderId: 128,
  orderLinkId: 128,
  orderFilter: 64,
};

/** Reads one field. `undefined`: not given. */
export function readValue(field: OrderField, raw: unknown): Read<string | undefined> {
  if (raw === undefined || raw === null) return { value: undefined };
  const read = textOf(field, raw);
  if (read.problem !== undefined) return read;
  const text = read.value;
  if (text === '') return { value: undefined };
  if (text.length > LONGEST[field]) {
    return problem('tooLong', { property: field, longest: LONGEST[field] });
  }
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
    return problem('invisible', { property: field });
  }
  return named(field, text);
}

/** Text as it is, and ids also as numbers, while they are exact. */
function textOf(field: OrderField, raw: unknown): Read<string> {
  if (typeof raw === 'string') return { value: raw.trim() };
  if (field !== 'orderId' && field !== 'orderLinkId') {
    return { problem: `${field} must be text, not ${typeInWords(raw)}.` };
  }
  if (typeof raw === 'bigint' && raw >= 0n) return { value: raw.toString() };
  if (typeof raw !== 'number')
    return { problem: `${field} must be text, not ${typeInWords(raw)}.` };
  if (Number.isSafeInteger(raw) && raw >= 0) return { value: String(raw) };
  return {
    problem: `${field} came as a number that can't be an exact id (${raw}): pass it as text.`,
  };
}

/** What a value is, for a sentence. */
export function typeInWords(raw: unknown): string {
  if (Array.isArray(raw)) return 'an array';
  return typeof raw === 'object' ? 'an object' : `a ${typeof raw}`;
}

function named(field: OrderField, text: string): Read<string> {
  if (field === 'category') return oneOf(field, text.toLowerCase(), CATEGORIES);
  if (field === 'orderFilter') return oneOf(field, text, ORDER_FILTERS);
  return field === 'symbol' ? readName(text) : { value: text };
}

function oneOf(field: string, text: string, known: readonly string[]): Read<string> {
  return known.includes(text)
    ? { value: text }
    : problem('notOneOf', {
        property: field,
        given: JSON.stringify(text),
        choices: known.join(', '),
      });
}

/**
 * Checks what was given for one order. The request has the given fields alone, in the order of
 * ORDER_FIELDS.
 * @param among the only symbols that the account may cancel; absent: all
 * @throws Refusal
 */
export function checkRequest(
  raw: RawFields<OrderField>,
  among?: Account['symbols'],
): CancelRequest {
  // Field by field: a loop over their names takes many times as long, for each message.
  const category = readCategory(raw.category, raw.symbol);
  const symbol = readSymbol(raw.symbol, category.value);
  const orderId = readValue('orderId', raw.orderId);
  const orderLinkId = readValue('orderLinkId', raw.orderLinkId);
  const orderFilter = readValue('orderFilter', raw.orderFilter);
  const known: Known = {};
  if (category.value !== undefined) known.category = category.value;
  if (symbol.value !== undefined) known.symbol = symbol.value;
  if (orderId.value !== undefined) known.orderId = orderId.value;
  if (orderLinkId.value !== undefined) known.orderLinkId = orderLinkId.value;
  if (orderFilter.value !== undefined) known.orderFilter = orderFilter.value;
  const wrong =
    category.problem ??
    symbol.problem ??
    orderId.problem ??
    orderLinkId.problem ??
    orderFilter.problem ??
    missing(known) ??
    elsewhere(known.symbol, among);
  // Sound because readValue has let through only what the types name.
  const request = known as CancelRequest;
  if (wrong !== undefined) throw new Refusal('invalid-request', wrong, request);
  return request;
}

/** The category that was given, else the one in the name of the symbol that was given with it. */
export function readCategory(category: unknown, symbol: unknown): Read<Category | undefined> {
  // Sound because readValue lets only the categories through.
  const read = readValue('category', category) as Read<Category | undefined>;
  const isGiven = read.problem !== undefined || read.value !== undefined;
  return isGiven ? read : { value: categoryIn(symbol) };
}

/** The symbol in the exchange's own terms; its name must not have another category in it. */
export function readSymbol(
  symbol: unknown,
  category: string | undefined,
): Read<string | undefined> {
  const read = readValue('symbol', symbol);
  if (read.problem !== undefined) return read;
  return disagreement(symbol, category) ?? read;
}

/** What is wrong with a symbol that the account does not keep to; undefined where nothing is. */
export function elsewhere(
  symbol: string | undefined,
  among: Account['symbols'],
): string | undefined {
  if (symbol === undefined || among === undefined || among.includes(symbol)) return undefined;
  const [most, more] = [among.slice(0, 5).join(', '), among.length > 5 ? ', …' : ''];
  return `The account may cancel no orders of ${symbol}: "Only these symbols" in its dialog has ${most}${more}.`;
}

function missing(known: Known): string | undefined {
  if (known.category === undefined) {
    return `category is missing: give one of ${CATEGORIES.join(', ')}.`;
  }
  if (known.symbol === undefined) return 'symbol is missing: give one like BTCUSDT.';
  if (known.orderId === undefined && known.orderLinkId === undefined) {
    return 'orderId and orderLinkId are both missing: give at least one of them.';
  }
  if (known.orderFilter !== undefined && known.category !== 'spot') {
    return `orderFilter is for spot orders alone: leave it out with the category ${known.category}.`;
  }
  return undefined;
}
