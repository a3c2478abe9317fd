/**
 * `ccxt`, one client for many exchanges. It takes about 60 MB, so it is no development dependency: it
 * is installed when the benchmark first needs it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
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
  if (existsSync(join(folder, 'node_modules/ccxt/package.json'))) return;
  mkdirSync(folder, { recursive: true });
  const options = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
  const shell = process.platform === 'win32';
  execFileSync('npm', ['install', ...options, `ccxt@${VERSION}`], { shell, stdio: 'ignore' });
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

/** Calls it as its users do. */
type Calls = (client: Bybit, orders: readonly OpenOrder[]) => readonly Call[];

interface Call {
  /** how many orders are reported as not cancelled when it rejects */
  readonly orders: number;
  readonly call: () => Promise<unknown>;
}

/** orders in one batch (API section order/batch-cancel) */
const BATCH = 20;

export const eachAlone: Calls = (client, orders) =>
  orders.map((order) => ({
    orders: 1,
    call: () => client.cancelOrder(order.orderId, nameOf(order)),
  }));

/** Of one symbol. */
export const inBatches: Calls = (client, orders) =>
  Array.from({ length: Math.ceil(orders.length / BATCH) }, (_, i) => {
    const batch = orders.slice(i * BATCH, (i + 1) * BATCH);
    const ids = batch.map(({ orderId }) => orderId);
    const [first] = batch as [OpenOrder];
    return { orders: batch.length, call: () => client.cancelOrders(ids, nameOf(first)) };
  });

export const bySymbol: Calls = (client, orders) =>
  [...new Set(orders.map(nameOf))].map((name) => ({
    orders: orders.filter((order) => nameOf(order) === name).length,
    call: () => client.cancelAllOrders(name),
  }));

/** All that is settled in USDT. */
export const byCoin: Calls = (client, orders) => [
  { orders: orders.length, call: () => client.cancelAllOrders() },
];

/** Its calls go out as fast as its rate limiter lets them. */
export async function openCcxt(where: Where, calls: Calls): Promise<SeveralClient> {
  const client = await openBybit(where);
  return {
    async warm(order) {
      await client.cancelOrder(order.orderId, nameOf(order));
      return true;
    },
    async cancel(orders) {
      const refused = calls(client, orders).map(({ orders: count, call }) =>
        call().then(
          () => 0,
          () => count,
        ),
      );
      return (await Promise.all(refused)).reduce((sum, count) => sum + count, 0);
    },
  };
}
