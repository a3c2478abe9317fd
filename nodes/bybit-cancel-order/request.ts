/**
 * From what a message brought to a request that may be sent, or to a refusal in words. Forgiving
 * in form, strict in substance: a request that means another order than its author is worse than none.
 */
import { CATEGORIES, ORDER_FILTERS, type CancelRequest, type OutcomeCode } from '../bybit/model';
import { problem } from '../properties/problems';
import type { Read } from '../properties/values';
import { FIELDS, type Field } from './settings';

export type RawRequest = Readonly<Partial<Record<Field, unknown>>>;

/** Why nothing is sent. The message names the field or property and says what to mend. */
export class Refusal extends Error {
  constructor(
    readonly code: Extract<OutcomeCode, 'invalid-request' | 'not-configured' | 'unavailable'>,
    message: string,
    /** The fields that could be read, for the message's record of what it asked for. */
    readonly known: Partial<CancelRequest> = {},
  ) {
    super(message);
  }
}

/** Characters. The exchange's symbols stay under 40, its ids and those of clients under 50. */
const LONGEST: Record<Field, number> = {
  category: 64,
  symbol: 64,
  orderId: 128,
  orderLinkId: 128,
  orderFilter: 64,
};

/** Reads one field. `undefined`: not given. */
export function readValue(field: Field, raw: unknown): Read<string | undefined> {
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
function textOf(field: Field, raw: unknown): Read<string> {
  if (typeof raw === 'string') return { value: raw.trim() };
  if (field !== 'orderId' && field !== 'orderLinkId') {
    return { problem: `${field} must be text, not ${kindOf(raw)}.` };
  }
  if (typeof raw === 'bigint' && raw >= 0n) return { value: raw.toString() };
  if (typeof raw !== 'number') return { problem: `${field} must be text, not ${kindOf(raw)}.` };
  if (Number.isSafeInteger(raw) && raw >= 0) return { value: String(raw) };
  return {
    problem: `${field} came as a number that can't be an exact id (${raw}): pass it as text.`,
  };
}

function kindOf(raw: unknown): string {
  if (Array.isArray(raw)) return 'an array';
  return typeof raw === 'object' ? 'an object' : `a ${typeof raw}`;
}

function named(field: Field, text: string): Read<string> {
  if (field === 'category') return oneOf(field, text.toLowerCase(), CATEGORIES);
  if (field === 'orderFilter') return oneOf(field, text, ORDER_FILTERS);
  return { value: field === 'symbol' ? text.toUpperCase() : text };
}

function oneOf(field: Field, text: string, known: readonly string[]): Read<string> {
  return known.includes(text)
    ? { value: text }
    : problem('notOneOf', {
        property: field,
        given: JSON.stringify(text),
        choices: known.join(', '),
      });
}

/**
 * Checks what a message brought. The request has the given fields alone, in the order of FIELDS.
 * @throws Refusal
 */
export function checkRequest(raw: RawRequest): CancelRequest {
  const known: Partial<Record<Field, string>> = {};
  let wrong: string | undefined;
  for (const field of FIELDS) {
    const read = readValue(field, raw[field]);
    if (read.value !== undefined) known[field] = read.value;
    wrong ??= read.problem;
  }
  wrong ??= missing(known);
  // Sound because readValue has let through only what the types name.
  const request = known as CancelRequest;
  if (wrong !== undefined) throw new Refusal('invalid-request', wrong, request);
  return request;
}

function missing(known: Partial<Record<Field, string>>): string | undefined {
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
