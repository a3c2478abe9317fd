/**
 * The same load for each client, over real sockets, against a simulated exchange that faults
 * requests, loses races, cuts the stream, drops events and lets its records lag; then what the
 * client said is held against the books.
 */
import { setTimeout as wait } from 'node:timers/promises';
import {
  EVERY_FAULT,
  startExchange,
  type Exchange,
  type Fault,
  type NewOrder,
  type Order,
} from '../../simulator/exchange';
import { Random } from '../../simulator/random';
import { compare, type Said, type Told, type Verdict } from './claims';

/** A client under test, opened at an exchange. */
export interface Client {
  cancel(order: Order): Promise<Said>;
  close(): Promise<void>;
}

export interface LoadOptions extends Disturbance {
  readonly cancels: number;
  /** ms between two cancels */
  readonly every: number;
}

export interface Disturbance {
  readonly seed: number;
  /** share of requests that meet a fault, each kind in turn */
  readonly faults?: number;
  /** share of cancels that lose their race against a fill */
  readonly lostRaces?: number;
  /** share of the stream's events that reach nobody */
  readonly droppedEvents?: number;
  /** ms between two cuts of every WebSocket; 0: never */
  readonly cutEvery?: number;
  /** how far records and history may each lag, ms; they do half of the time */
  readonly lag?: number;
}

export interface LoadResult extends Verdict {
  readonly seconds: number;
  readonly requests: number;
}

const LINEAR: NewOrder = { category: 'linear', symbol: 'BTCUSDT' };
const SPOT: NewOrder = { category: 'spot', symbol: 'BTCUSDT' };
/** One of five needs an orderFilter: its cancel by id alone is refused. */
export const ORDERS: readonly NewOrder[] = [
  LINEAR,
  SPOT,
  LINEAR,
  SPOT,
  { ...SPOT, orderFilter: 'StopOrder' },
  LINEAR,
  SPOT,
  LINEAR,
  SPOT,
  { ...SPOT, orderFilter: 'tpslOrder' },
];

/** To a cancel the last two are an acknowledgement, to a look-up a row that can't be read. */
const FAULTS: readonly Fault[] = [
  ...EVERY_FAULT,
  { kind: 'malformed', lacking: 'orderStatus' },
  { kind: 'malformed', lacking: 'orderId' },
];

const LAG_CHANGES_MS = 500;

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
  const calm = disturb(exchange, options);
  const startedAt = performance.now();
  try {
    const told = await cancelAll(options, exchange, client);
    const seconds = (performance.now() - startedAt) / 1000;
    // What was accepted last takes effect before the books are read.
    while (exchange.books.pendingCancels > 0) await wait(5);
    return { ...compare(told, exchange), seconds, requests: exchange.requests.length };
  } finally {
    calm();
    await client.close();
    await exchange.close();
  }
}

/** @returns ends what goes by the clock */
export function disturb(exchange: Exchange, options: Disturbance): () => void {
  const { seed, faults = 0.3, lostRaces = 0.05, droppedEvents = 0.05 } = options;
  const { cutEvery = 3000, lag = 300 } = options;
  exchange.faults.random({ seed, share: faults, lostRaceShare: lostRaces, kinds: FAULTS });
  exchange.faults.stream = { drop: droppedEvents, seed };
  const random = new Random(seed);
  const nextLag = () => (random.next() < 0.5 ? 0 : random.next() * lag);
  const lagging = setInterval(() => {
    exchange.recordLagMs = nextLag();
    exchange.historyLagMs = nextLag();
  }, LAG_CHANGES_MS);
  let cuts = 0;
  const cut = () => {
    // Every other time the stream is back only at the second try.
    if (cuts++ % 2 === 0) exchange.faults.refuseSubscribe();
    exchange.cutStreams();
  };
  const cutting = cutEvery > 0 ? setInterval(cut, cutEvery) : undefined;
  return () => {
    clearInterval(lagging);
    clearInterval(cutting);
  };
}

async function cancelAll(
  { cancels, every }: LoadOptions,
  exchange: Exchange,
  client: Client,
): Promise<Told[]> {
  const pending: Promise<Told>[] = [];
  for (let i = 0; i < cancels; i += 1) {
    const wish = ORDERS[i % ORDERS.length]!;
    const order = exchange.books.place({ ...wish, orderLinkId: `load-${i}` });
    pending.push(client.cancel(order).then((said) => [order, said]));
    await wait(every);
  }
  return Promise.all(pending);
}
