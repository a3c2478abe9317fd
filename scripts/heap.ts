/**
 * `npm run heap [-- --cancels 100000]`: the heap after 1,000 cancels and after all of them, and what
 * is left once the account is closed. Fails when it grew by 5 MB or anything is left.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { accountOpener, createAddress, type Account } from '../nodes/bybit/account';
import { DEMO_KEY } from '../simulator/exchange';

const IN_FLIGHT = 32;
const MOST_GROWTH_MB = 5;

function heapMb(): number {
  if (global.gc === undefined) throw new Error('run it with --expose-gc');
  // Twice: what the first run finalizes, the second frees.
  global.gc();
  global.gc();
  return getHeapStatistics().used_heap_size / 1024 / 1024;
}

async function cancelRange(account: Account, from: number, to: number): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next < to) {
      const orderLinkId = `heap-${(next += 1) - 1}`;
      const request = { category: 'linear', symbol: 'BTCUSDT', orderLinkId } as const;
      const { outcome, message } = await account.cancel(request, {
        confirm: true,
        timeout: 30_000,
      });
      if (outcome !== 'cancelled') throw new Error(`${orderLinkId}: ${outcome}: ${message}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function openAccount(exchange: ChildProcess): Promise<Account> {
  const [urls] = (await once(exchange, 'message')) as [{ restUrl: string; streamUrl: string }];
  // It asks more of its own exchange than an IP address may ask of Bybit.
  const open = await accountOpener(undefined, createAddress(undefined, { most: Infinity }));
  return open({
    ...urls,
    environment: 'custom',
    apiKey: DEMO_KEY.apiKey,
    apiSecret: DEMO_KEY.secret,
    recvWindow: 5000,
    transport: 'http',
    warn: (text) => console.warn(text),
  });
}

/** Timers and sockets that keep the process alive, the line to the child aside. */
function resources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => kind === 'Timeout' || kind.startsWith('TCP') || kind.startsWith('TLS'));
}

async function main(cancels: number): Promise<void> {
  const file = join(__dirname, '../test/truth/heap-exchange.ts');
  const exchange = fork(file, [], { execArgv: ['--import', 'tsx'] });
  try {
    const account = await openAccount(exchange);
    const release = account.follow({ confirm: true });
    await cancelRange(account, 0, 1000);
    const before = heapMb();
    const startedAt = performance.now();
    await cancelRange(account, 1000, cancels);
    const seconds = (performance.now() - startedAt) / 1000;
    const after = heapMb();
    release();
    await account.close();
    // The WebSocket was cut just before; its handle goes with the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    const left = resources();
    const grown = after - before;
    console.log(`heap after 1,000 cancels: ${before.toFixed(1)} MB`);
    console.log(`heap after ${cancels.toLocaleString('en')}: ${after.toFixed(1)} MB`);
    console.log(`cancels per second, ${IN_FLIGHT} in flight: ${Math.round(cancels / seconds)}`);
    console.log(`left after closing: ${left.length === 0 ? 'nothing' : left.join(', ')}`);
    if (grown > MOST_GROWTH_MB || left.length > 0) process.exitCode = 1;
  } finally {
    exchange.disconnect();
  }
}

const { values } = parseArgs({ options: { cancels: { type: 'string', default: '100000' } } });
void main(Number(values.cancels));
