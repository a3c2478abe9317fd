/**
 * The same load for each client, over real sockets, against a simulated exchange that faults
 * requests, loses races and cuts the stream; then what the client said is held against the books.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { startExchange, type Exchange, type Order } from '../exchange/exchange';

export type Claim =
  /** the order is gone by a cancel */
  | 'cancelled'
  | 'already-cancelled'
  | 'filled'
  /** the cancel failed: it was not carried out */
  | 'failed'
  /** it could not be learned, and the client says so */
  | 'unconfirmed';

export interface Said {
  readonly claim: Claim;
  /** the client's own word for it */
  readonly detail: string;
}

/** A client under test, opened at an exchange. */
export interface Client {
  cancel(order: Order): Promise<Said>;
  close(): Promise<void>;
}

export interface LoadOptions {
  readonly cancels: number;
  /** ms between two cancels */
  readonly every: number;
  readonly seed: number;
  /** share of requests that meet a fault, each kind in turn */
  readonly faults?: number;
  /** share of cancels that lose their race against a fill */
  readonly lostRaces?: number;
  /** ms between two cuts of every WebSocket; 0: never */
  readonly cutEvery?: number;
}

export interface LoadResult {
  readonly cancels: number;
  readonly seconds: number;
  readonly said: Readonly<Record<string, number>>;
  readonly contradictions: readonly string[];
  readonly unconfirmed: number;
  /** orders that are still open at the end */
  readonly leftOpen: number;
  readonly requests: number;
}

export async function runLoad(
  options: LoadOptions,
  openClient: (exchange: Exchange) => Promise<Client>,
): Promise<LoadResult> {
  // High limits: what is under test is truth under faults, pacing has tests of its own.
  const exchange = await startExchange({
    cancelDelayMs: 5,
    limits: { spot: 400, other: 400, query: 1000 },
  });
  const client = await openClient(exchange);
  const { faults = 0.3, lostRaces = 0.05, cutEvery = 3000 } = options;
  exchange.faults.random({ seed: options.seed, share: faults, lostRaceShare: lostRaces });
  const cutting = cutEvery > 0 ? setInterval(() => exchange.cutStreams(), cutEvery) : undefined;
  const startedAt = performance.now();
  try {
    const outcomes = await cancelAll(options, exchange, client);
    const seconds = (performance.now() - startedAt) / 1000;
    // What was accepted last takes effect before the books are read.
    while (exchange.books.pendingCancels > 0) await wait(5);
    return { ...compare(outcomes), seconds, requests: exchange.requests.length };
  } finally {
    clearInterval(cutting);
    await client.close();
    await exchange.close();
  }
}

type Told = readonly [Order, Said];

async function cancelAll(
  { cancels, every }: LoadOptions,
  exchange: Exchange,
  client: Client,
): Promise<Told[]> {
  const pending: Promise<Told>[] = [];
  for (let i = 0; i < cancels; i += 1) {
    const order = exchange.books.place({
      category: i % 2 === 0 ? 'linear' : 'spot',
      symbol: 'BTCUSDT',
      orderLinkId: `load-${i}`,
    });
    pending.push(client.cancel(order).then((said) => [order, said]));
    await wait(every);
  }
  return Promise.all(pending);
}

function compare(told: readonly Told[]): Omit<LoadResult, 'seconds' | 'requests'> {
  const said: Record<string, number> = {};
  const contradictions: string[] = [];
  let leftOpen = 0;
  for (const [order, { claim, detail }] of told) {
    said[detail] = (said[detail] ?? 0) + 1;
    if (order.closedBy === undefined) leftOpen += 1;
    if (contradicts(claim, order)) {
      contradictions.push(`${detail}, but the order is ${order.orderStatus}`);
    }
  }
  const unconfirmed = told.filter(([, { claim }]) => claim === 'unconfirmed').length;
  return { cancels: told.length, said, contradictions, unconfirmed, leftOpen };
}

function contradicts(claim: Claim, order: Order): boolean {
  switch (claim) {
    case 'cancelled':
      return order.closedBy !== 'cancel';
    case 'already-cancelled':
      return order.closedBy !== 'cancel' || order.closedByRequest !== undefined;
    case 'filled':
      return order.closedBy !== 'fill';
    case 'failed':
      return order.closedByRequest !== undefined;
    case 'unconfirmed':
      return false;
  }
}
