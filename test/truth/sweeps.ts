/**
 * Sweeps under the same faults as single cancels (load.ts): what each said of its orders, and whether
 * an order was open when it said that none is left.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { SweepOutcome } from '../../nodes/bybit/account';
import { startExchange, type Exchange, type Order } from '../../simulator/exchange';
import { compare, type Told } from './claims';
import { claimOf, openOurs } from './clients';
import { disturb, type LoadResult } from './load';

export interface SweepLoad {
  readonly sweeps: number;
  /** orders that each is to cancel */
  readonly size: number;
  /** sweeps at the same time, each of a symbol of its own */
  readonly atOnce: number;
  readonly seed: number;
}

export interface SweepResult extends LoadResult {
  /** that were proved complete */
  readonly complete: number;
}

export async function runSweeps(
  options: SweepLoad,
  transport: 'http' | 'websocket',
): Promise<SweepResult> {
  const limits = { other: 40, batch: 40, query: 1000, cancelAll: 40 };
  const exchange = await startExchange({ cancelDelayMs: 5, limits });
  const { account, close } = await openOurs(exchange, transport);
  const calm = disturb(exchange, options);
  const startedAt = performance.now();
  const told: Told[] = [];
  const wrong: string[] = [];
  let complete = 0;
  const one = async (i: number): Promise<void> => {
    const symbol = `S${i}USDT`;
    const orders = place(exchange, symbol, options.size);
    await wait(5);
    const scope = { category: 'linear', symbol, kinds: i % 2 ? 'all' : 'entries' } as const;
    const which = i % 4 < 2 ? 'snapshot' : 'until-empty';
    const out = await account.cancelAll(scope, { which, dryRun: false, timeout: 30_000 });
    const open = orders.filter((order) => isMeant(order, scope.kinds) && isOpen(order));
    if (out.complete) complete += 1;
    if (out.complete && open.length > 0) wrong.push(`complete, and ${open.length} are open`);
    const spared = orders.filter((order) => !isMeant(order, scope.kinds) && !isOpen(order));
    if (spared.length > 0) wrong.push(`${spared.length} were not meant, and are closed`);
    told.push(...toldOf(out, exchange));
  };
  try {
    const left = Array.from({ length: options.sweeps }, (_, i) => i);
    const worker = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await one(next);
    };
    await Promise.all(Array.from({ length: options.atOnce }, worker));
    const seconds = (performance.now() - startedAt) / 1000;
    while (exchange.books.pendingCancels > 0) await wait(5);
    const verdict = compare(told, exchange);
    const contradictions = [...verdict.contradictions, ...wrong];
    return { ...verdict, contradictions, complete, seconds, requests: exchange.requests.length };
  } finally {
    calm();
    await close();
    await exchange.close();
  }
}

/** One of five protects a position. */
function place(exchange: Exchange, symbol: string, count: number): Order[] {
  return Array.from({ length: count }, (_, i) =>
    exchange.books.place({ category: 'linear', symbol, reduceOnly: i % 5 === 0 }),
  );
}

const isOpen = ({ closedBy }: Order) => closedBy === undefined;
const isMeant = ({ reduceOnly }: Order, kinds: 'all' | 'entries') => kinds === 'all' || !reduceOnly;

function toldOf({ outcomes }: SweepOutcome, exchange: Exchange): Told[] {
  return outcomes.map(({ outcome, orderId = '' }): Told => {
    return [exchange.books.get(orderId), { claim: claimOf(outcome), detail: outcome }];
  });
}
