/**
 * `ccxt`, one client for many exchanges. It takes about 60 MB, so it is no development dependency: it
 * is installed when the benchmark first needs it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DEMO_KEY } from '../../simulator/exchange';
import type { OpenOrder, SeveralClient, Where } from './common';

const VERSION = '4.5.84';
const folder = join(__dirname, '../../node_modules/.cache/bench', `ccxt-${VERSION}`);

/** What is used of it. */
interface Bybit {
  urls: { api: Readonly<Record<string, string>> };
  readonly has: { fetchCurrencies: boolean };
  readonly options: Record<string, unknown>;
  loadMarkets(): Promise<unknown>;
  cancelOrder(id: string, symbol: string): Promise<unknown>;
  cancelOrders(ids: readonly string[], symbol: string): Promise<unknown>;
  cancelAllOrders(symbol?: string): Promise<unknown>;
}

interface Package {
  readonly bybit: new (keys: { readonly apiKey: string; readonly secret: string }) => Bybit;
}

/** Once; its own rate limiter stays on, as it is by default. */
export function installCcxt(): void {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  const options = ['--prefix', unfinished, '--ignore-scripts', '--no-audit', '--no-fund'];
  const shell = process.platform === 'win32';
  execFileSync('npm', ['install', '--loglevel=error', ...options, `ccxt@${VERSION}`], {
    ...{ shell, stdio: ['ignore', 'ignore', 'inherit'] },
  });
  renameSync(unfinished, folder);
}

async function openBybit({ restUrl }: Where): Promise<Bybit> {
  const ccxt = createRequire(join(folder, 'package.json'))('ccxt') as Package;
  const client = new ccxt.bybit({ apiKey: DEMO_KEY.apiKey, secret: DEMO_KEY.secret });
  const names = Object.keys(client.urls.api);
  client.urls.api = Object.fromEntries(names.map((name) => [name, restUrl]));
  // Two questions that the simulated exchange does not answer.
  client.has.fetchCurrencies = false;
  Object.assign(client.options, { enableUnifiedMargin: false, enableUnifiedAccount: true });
  await client.loadMarkets();
  return client;
}

/** `BTC/USDT:USDT`, of spot `BTC/USDT` */
function nameOf({ category, symbol }: OpenOrder): string {
  const pair = symbol.replace(/USDT$/, '/USDT');
  return category === 'linear' ? `${pair}:USDT` : pair;
}

/** Sends several cancels as its users do. @returns how many orders were in calls that it rejected */
type Send = (client: Bybit, orders: readonly OpenOrder[]) => Promise<number>;

const rejected = (call: Promise<unknown>, orders: number): Promise<number> =>
  call.then(
    () => 0,
    () => orders,
  );

/** One call for each order, all at once: they go out as fast as its rate limiter lets them. */
export const eachAlone: Send = async (client, orders) => {
  const calls = orders.map((order) => client.cancelOrder(order.orderId, nameOf(order)));
  const counts = await Promise.all(calls.map((call) => rejected(call, 1)));
  return counts.reduce((sum, count) => sum + count, 0);
};

/** orders in one batch (API section order/batch-cancel) */
const BATCH = 20;

/** Of one symbol; one batch after the other. */
export const inBatches: Send = async (client, orders) => {
  let refused = 0;
  for (let from = 0; from < orders.length; from += BATCH) {
    const batch = orders.slice(from, from + BATCH);
    const [first] = batch as [OpenOrder];
    const ids = batch.map(({ orderId }) => orderId);
    refused += await rejected(client.cancelOrders(ids, nameOf(first)), batch.length);
  }
  return refused;
};

/** One request for each symbol, one after the other. */
export const bySymbol: Send = async (client, orders) => {
  let refused = 0;
  for (const name of new Set(orders.map(nameOf))) {
    const count = orders.filter((order) => nameOf(order) === name).length;
    refused += await rejected(client.cancelAllOrders(name), count);
  }
  return refused;
};

/** One request for all that is settled in USDT. */
export const byCoin: Send = (client, orders) => rejected(client.cancelAllOrders(), orders.length);

export async function openCcxt(where: Where, send: Send): Promise<SeveralClient> {
  const client = await openBybit(where);
  return {
    async warm(order) {
      await client.cancelOrder(order.orderId, nameOf(order));
      return true;
    },
    cancel: (orders) => send(client, orders),
  };
}
