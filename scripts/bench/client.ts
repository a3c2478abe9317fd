/** One client of the bench as a program: `client.ts NAME REST_URL STREAM_URL`. */
import { serveParent } from './calls';
import { CLIENTS, type ClientName } from './clients';
import type { Client } from './common';
import { sampled, type Shares } from './sampling';

export interface Measure {
  readonly cancels: number;
  readonly inFlight: number;
}

export interface Measured {
  /** ms of each cancel */
  readonly latencies: readonly number[];
  readonly seconds: number;
  /** ms of CPU that the process took for all of them */
  readonly cpuMs: number;
}

export interface Profiled {
  readonly shares: Shares;
  readonly seconds: number;
}

let count = 0;

async function measure(client: Client, { cancels, inFlight }: Measure): Promise<Measured> {
  const latencies: number[] = [];
  let left = cancels;
  const worker = async () => {
    while ((left -= 1) >= 0) {
      const orderId = `${process.pid}-${(count += 1)}`;
      const startedAt = performance.now();
      await client.cancel(orderId);
      latencies.push(performance.now() - startedAt);
    }
  };
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { latencies, seconds, cpuMs: (user + system) / 1000 };
}

/** MB, after a collection */
function heap(): number {
  // Twice: what the first run finalizes, the second frees.
  global.gc?.();
  global.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

const [name = 'https', restUrl = '', streamUrl = ''] = process.argv.slice(2);
const opened = CLIENTS[name as ClientName].open({ restUrl, streamUrl });
opened.catch(() => undefined);

serveParent({
  ready: () => opened.then(() => true),
  measure: async (wanted: Measure) => measure(await opened, wanted),
  heap: () => Promise.resolve(heap()),
  /** MB that the process holds, after a collection */
  memory: () => {
    heap();
    return Promise.resolve(process.memoryUsage().rss / 1024 / 1024);
  },
  profile: async (wanted: Measure): Promise<Profiled> => {
    const client = await opened;
    let seconds = 0;
    const shares = await sampled(async () => ({ seconds } = await measure(client, wanted)));
    return { shares, seconds };
  },
});
