/**
 * From what a message brought to the orders that are cancelled. One that is wrong is refused in its
 * own place, and the others go.
 */
import {
  checkRequest,
  typeInWords,
  ORDER_FIELDS,
  type OrderField,
} from '../action/request/order-fields';
import type { RawFields } from '../action/request/read-fields';
import { Refusal } from '../action/request/refusal';
import type { OrderOutcome } from '../action/reply/report';
import type { Account } from '../bybit/account';
import type { CancelRequest } from '../bybit/model';
import type { Field } from './settings';

/** orders in one message */
const MOST = 1000;

/** An order to cancel, or why it is not sent for. */
export type Item =
  | { readonly request: CancelRequest; readonly refused?: undefined }
  | { readonly request?: undefined; readonly refused: OrderOutcome };

/** The orders of one message, in the order of its list. */
export interface OrderList {
  readonly items: readonly Item[];
  /** how far it is; kept up to date by who works on it */
  done: number;
  readonly total: number;
}

/**
 * @param among the only symbols that the account may cancel; absent: all
 * @throws Refusal where there is no list
 */
export function checkOrders(
  { orders, category, symbol }: RawFields<Field>,
  among?: Account['symbols'],
): OrderList {
  if (orders === undefined || orders === null) {
    throw new Refusal('invalid-request', 'orders is missing: give an array of orders.');
  }
  if (!Array.isArray(orders)) {
    const isText = typeof orders === 'string' || Buffer.isBuffer(orders);
    const why = isText ? 'text: put a JSON node before this one' : typeInWords(orders);
    throw new Refusal('invalid-request', `orders must be an array, not ${why}.`);
  }
  const total = orders.length;
  if (total > MOST) {
    throw new Refusal(
      'invalid-request',
      `orders has ${total} items: at most ${MOST} go in one message. Nothing was sent.`,
    );
  }
  // An array can have holes; each is an item that is missing.
  const items = Array.from(orders as readonly unknown[], (item) =>
    checkItem(item, { category, symbol }, among),
  );
  return { items, done: 0, total };
}

function checkItem(
  item: unknown,
  shared: { readonly category: unknown; readonly symbol: unknown },
  among: Account['symbols'],
): Item {
  try {
    return { request: checkRequest(fieldsOf(item, shared), among) };
  } catch (error) {
    const { message, known } =
      error instanceof Refusal ? error : { message: "The item can't be read.", known: {} };
    return { refused: { ...known, outcome: 'invalid-request', message } };
  }
}

/** Its own category and symbol, where it has them, else those of the message. */
function fieldsOf(
  item: unknown,
  shared: { readonly category: unknown; readonly symbol: unknown },
): RawFields<OrderField> {
  if (typeof item === 'string' || typeof item === 'number' || typeof item === 'bigint') {
    return { ...shared, orderId: item };
  }
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    const is = item === undefined || item === null ? 'missing' : typeInWords(item);
    throw new Refusal('invalid-request', `An item must be an object or an order ID, and is ${is}.`);
  }
  // Its report had only what could be read of it: that may be another order than was meant.
  if ((item as { outcome?: unknown }).outcome === 'invalid-request') {
    throw new Refusal('invalid-request', REFUSED_BEFORE);
  }
  const fields: Partial<Record<OrderField, unknown>> = {};
  for (const field of ORDER_FIELDS) fields[field] = (item as Record<string, unknown>)[field];
  const { category, symbol } = fields;
  // A symbol of its own may name its category; the message's category must not contradict it.
  if (isBlank(symbol)) fields.symbol = shared.symbol;
  if (isBlank(category)) fields.category = shared.category;
  return fields;
}

const REFUSED_BEFORE =
  'The item was refused as invalid-request before: correct it, and leave out its outcome.';

function isBlank(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
  );
}
