/**
 * The cursors of order/realtime and order/history: `<orderId>:<ms>,<orderId>:<ms>`, the first and
 * the last order of a page. `:` and `,` have to be encoded in a query, once.
 */
import type { CursorForm } from '../books/behaviour';
import { refusals } from '../protocol/answers';
import type { Order } from '../books/orders';

const CURSOR = /^[^:,]+:\d+,([^:,]+):\d+$/;

const placeOf = ({ orderId, createdTime }: Order): string => `${orderId}:${createdTime}`;

/** @returns blank for an empty page */
export function cursorOf(page: readonly { readonly order: Order }[], form: CursorForm): string {
  const [first, last] = [page[0], page.at(-1)];
  if (!first || !last) return '';
  const cursor = `${placeOf(first.order)},${placeOf(last.order)}`;
  return form === 'encoded' ? encodeURIComponent(cursor) : cursor;
}

/** As a query is decoded; what can't be decoded is left as it is. */
const decoded = (value: string): string => new URLSearchParams(`value=${value}`).get('value') ?? '';

/**
 * The last order of the page before. A cursor that was told encoded is taken as it was told, and
 * encoded once more: clients do either.
 * @param query the raw query string
 * @returns undefined when it has no cursor; throws a Refusal when it has another
 */
export function lastOrderId(query: string, form: CursorForm): string | undefined {
  const raw = /(?:^|&)cursor=([^&]*)/.exec(query)?.[1] ?? '';
  if (raw === '') return undefined;
  const once = /[:,]/.test(raw) ? '' : decoded(raw);
  const readings = form === 'encoded' ? [once, decoded(once)] : [once];
  const orderId = readings.map((text) => CURSOR.exec(text)?.[1]).find((id) => id !== undefined);
  if (orderId === undefined) throw refusals.params('cursor');
  return orderId;
}
