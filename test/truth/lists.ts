/**
 * Lists of orders under the same faults as single cancels (load.ts), and how bybit-api takes them: as
 * its users do, in batches of the most that the exchange allows, with the reply's own words.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { RestClientV5 } from 'bybit-api';
import { DEMO_KEY, startExchange, type Exchange, type Order } from '../../simulator/exchange';
import { compare, type Said, type Told } from './claims';
import { claimOf, openOurs, OWN_TIME } from './clients';
import { disturb, ORDERS, type LoadResult } from './load';

export interface ListOptions {
  readonly orders: number;
  /** orders in one list */
  readonly size: number;
  /** ms between two lists */
  readonly every: number;
  readonly seed: number;
}

export interface ListClient {
  cancel(orders: readonly Order[]): Promise<readonly Said[]>;
  close(): Promise<void>;
}

export type OpenListClient = (exchange: Exchange) => Promise<ListClient>;

export async function runLists(
  options: ListOptions,
  openClient: OpenListClient,
): Promise<LoadResult> {
  const { orders, size, every } = options;
  // So low that a part of each list goes in batches, and enough for all that has to be sent again.
  const limits = { spot: 16, other: 10, batch: 20, batchSpot: 20, query: 1000 };
  const exchange = await startExchange({ cancelDelayMs: 5, limits });
  const client = await openClient(exchange);
  const calm = disturb(exchange, options);
  const startedAt = performance.now();
  try {
    const pending: Promise<Told[]>[] = [];
    for (let from = 0; from < orders; from += size) {
      const list = Array.from({ length: Math.min(size, orders - from) }, (_, i) =>
        exchange.books.place({ ...ORDERS[i % ORDERS.length]!, orderLinkId: `list-${from + i}` }),
      );
      pending.push(
        client.cancel(list).then((said) => list.map((order, i): Told => [order, said[i]!])),
      );
      await wait(every);
    }
    const told = (await Promise.all(pending)).flat();
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

export const ourLists: OpenListClient = (exchange) => openLists(exchange, 'http');
export const ourListsByEntry: OpenListClient = (exchange) => openLists(exchange, 'websocket');

async function openLists(exchange: Exchange, transport: 'http' | 'websocket'): Promise<ListClient> {
  const { account, close } = await openOurs(exchange, transport);
  return {
    async cancel(orders) {
      const requests = orders.map(({ category, symbol, orderId }) => ({
        category,
        symbol,
        orderId,
      }));
      const { outcomes } = await account.cancelMany(requests, { timeout: 30_000 });
      return outcomes.map(({ outcome }) => ({ claim: claimOf(outcome), detail: outcome }));
    },
    close,
  };
}

/** orders in one batch (API section order/batch-cancel) */
const MOST = { linear: 20, spot: 10 } as const;

export function bybitApiLists(exchange: Exchange): Promise<ListClient> {
  const client = new RestClientV5(
    { key: DEMO_KEY.apiKey, secret: DEMO_KEY.secret, baseUrl: exchange.restUrl, keepAlive: true },
    { timeout: OWN_TIME },
  );
  const batch = async (category: 'linear' | 'spot', orders: readonly Order[]): Promise<Said> => {
    try {
      const request = orders.map(({ symbol, orderId }) => ({ symbol, orderId }));
      const { retCode } = await client.batchCancelOrders(category, request);
      return retCode === 0
        ? { claim: 'cancelled', detail: 'retCode 0' }
        : { claim: 'failed', detail: 'another retCode' };
    } catch {
      return { claim: 'failed', detail: 'an exception' };
    }
  };
  return Promise.resolve({
    async cancel(orders) {
      const said = new Map<Order, Said>();
      for (const category of ['linear', 'spot'] as const) {
        const rest = orders.filter((order) => order.category === category);
        while (rest.length > 0) {
          const taken = rest.splice(0, MOST[category]);
          const one = await batch(category, taken);
          for (const order of taken) said.set(order, one);
        }
      }
      return orders.map((order) => said.get(order)!);
    },
    close: () => Promise.resolve(),
  });
}
