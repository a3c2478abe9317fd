/** The simulated exchange with its books, its rate limits and its delays, as a program for one client. */
import { setTimeout as wait } from 'node:timers/promises';
import { startExchange, type Exchange, type ReceivedRequest } from '../../simulator/exchange';
import { testCertificate } from '../../simulator/keys';
import { serveParent } from './calls';
import type { OpenOrder } from './common';

export interface Placement {
  readonly category: OpenOrder['category'];
  /** in turn */
  readonly symbols: readonly string[];
  readonly count: number;
}

/** What a client was given to cancel, and when it began and said that it is done: ms since the epoch. */
export interface Told {
  readonly orders: readonly OpenOrder[];
  readonly startedAt: number;
  readonly doneAt: number;
}

export interface Settled {
  /** ms since the epoch, of the last order; absent when one stays open */
  readonly closedAt?: number;
  /** orders that stay open */
  readonly left: number;
  /** orders that were open when the client said that it is done */
  readonly open: number;
  /** since the client began */
  readonly requests: number;
}

/** ms after "done" in which an order may still be closed */
const LIMIT = 5000;
const INTERVAL = 10;

function place(exchange: Exchange, { category, symbols, count }: Placement): OpenOrder[] {
  return Array.from({ length: count }, (_, i) => {
    const symbol = symbols[i % symbols.length] ?? 'BTCUSDT';
    const { orderId } = exchange.books.place({ category, symbol });
    return { category, symbol, orderId };
  });
}

async function settle(exchange: Exchange, { orders, startedAt, doneAt }: Told): Promise<Settled> {
  const placed = orders.map(({ orderId }) => exchange.books.get(orderId));
  const isOver = () => placed.every(({ closedBy }) => closedBy !== undefined);
  while (!isOver() && Date.now() < doneAt + LIMIT) await wait(INTERVAL);
  // The last change of a closed order is its end.
  const ends = placed.map((order) => (order.closedBy ? order.updatedTime : Infinity));
  return {
    ...(isOver() ? { closedAt: Math.max(...ends) } : {}),
    left: ends.filter((end) => end === Infinity).length,
    open: ends.filter((end) => end > doneAt).length,
    requests: exchange.requests.filter((one) => one.at >= startedAt && counts(one)).length,
  };
}

/** What keeps a WebSocket open is no request. */
const counts = ({ transport, operation }: ReceivedRequest) =>
  transport === 'http' || operation.startsWith('ws:order.');

async function main(): Promise<void> {
  const exchange = await startExchange({ tls: testCertificate() });
  serveParent({
    port: () => Promise.resolve(exchange.port),
    place: (placement: Placement) => Promise.resolve(place(exchange, placement)),
    settle: (told: Told) => settle(exchange, told),
  });
}

void main();
