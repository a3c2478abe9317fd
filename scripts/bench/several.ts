/**
 * Several orders, with the rate limits of the exchange and with its books: when a client says that it
 * is done, and when it is. Each client has an exchange of its own, freshly started.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Placement, Settled } from './books';
import { startProgram, type Program } from './calls';
import type { OpenOrder } from './common';
import type { BenchOptions, Sizes } from './options';
import type { Said } from './several-client';
import { WAY_NAMES, WAYS, type WayName } from './several-ways';
import { whereAt } from './stage';

export interface SeveralRow {
  readonly name: WayName;
  readonly label: string;
  readonly orders: number;
  /** ms until the client said that it is done */
  readonly done: number;
  /** ms until no order was open in the books; absent when that did not come */
  readonly closed?: number;
  /** orders that stayed open */
  readonly left: number;
  readonly requests: number;
  /** orders that were open in the books when the client said that it is done */
  readonly open: number;
  /** orders of which the client said that they are not cancelled */
  readonly refused: number;
}

/** ms between the last order and the cancels: none of the orders is newer than the message */
const REST = 200;
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];

export async function measureSeveral({ several }: BenchOptions): Promise<SeveralRow[]> {
  const rows: SeveralRow[] = [];
  for (const name of WAY_NAMES) rows.push(await measureWay(name, several));
  return rows;
}

export async function measureWay(name: WayName, sizes: Sizes): Promise<SeveralRow> {
  const exchange = startProgram('books');
  try {
    const { restUrl, streamUrl } = whereAt(await exchange.call<number>('port'));
    const client = startProgram('several-client', [name, restUrl, streamUrl]);
    try {
      await warm(exchange, client);
      return await measure(name, sizes, exchange, client);
    } finally {
      await client.stop();
    }
  } finally {
    await exchange.stop();
  }
}

const place = (exchange: Program, placement: Placement) =>
  exchange.call<readonly OpenOrder[]>('place', placement);

/** With a spot order at a time, which leaves the limits of the others alone. */
async function warm(exchange: Program, client: Program): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const [order] = await place(exchange, { category: 'spot', symbols: ['BTCUSDT'], count: 1 });
    if (await client.call<boolean>('warm', order)) return;
    await wait(REST);
  }
  throw new Error('The client is not getting ready.');
}

async function measure(
  name: WayName,
  sizes: Sizes,
  exchange: Program,
  client: Program,
): Promise<SeveralRow> {
  const { label, work } = WAYS[name];
  const symbols = work === 'all' ? SYMBOLS : SYMBOLS.slice(0, 1);
  const count = sizes[work];
  const orders = await place(exchange, { category: 'linear', symbols, count });
  await wait(REST);
  const { startedAt, doneAt, refused } = await client.call<Said>('cancel', orders);
  const { closedAt, open, left, requests } = await exchange.call<Settled>('settle', {
    orders,
    startedAt,
    doneAt,
  });
  return {
    ...{ name, label, orders: count, done: doneAt - startedAt, requests, open, left, refused },
    ...(closedAt === undefined ? {} : { closed: closedAt - startedAt }),
  };
}
