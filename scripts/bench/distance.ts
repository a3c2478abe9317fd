/** The same over 50 ms there and back: how many round trips a cancel takes, also after a rest. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Program } from './calls';
import type { Measured } from './client';
import { CLIENTS, type ClientName } from './clients';
import { EVENT_DELAY } from './event-delay';
import type { BenchOptions } from './options';
import { median } from './samples';
import { openStage, whereAt } from './stage';

/** ms there and back */
export const ROUND_TRIP = 50;
/** ms after which the servers close an idle connection, and how long is waited for it */
const IDLE = 60_000;
const REST = 66_000;
const WARM = 10;

const COMPARED = [
  'https',
  'ws',
  'node-http',
  'node-ws',
  'flow-kept',
  'api-rest',
  'api-ws',
  'node-http-confirmed',
  'node-confirmed',
] as const satisfies readonly ClientName[];

export interface DistanceRow {
  readonly name: (typeof COMPARED)[number];
  readonly label: string;
  readonly confirmed: boolean;
  /** round trips of a cancel while others go, the exchange's own delay taken off */
  readonly busy: number;
  /** round trips of the first one after an idle minute, likewise */
  readonly rested: number;
  /** requests per cancel, look-ups included */
  readonly requests: number;
}

export async function measureDistance(options: BenchOptions): Promise<DistanceRow[]> {
  const stage = await openStage();
  try {
    const idle = options.realIdle ? IDLE : 0;
    const http = await stage.relay(ROUND_TRIP / 2, idle);
    const stream = await stage.relay(ROUND_TRIP / 2, idle);
    const where = whereAt(http.port, stream.port);
    const programs = new Map<DistanceRow['name'], Program>();
    for (const name of COMPARED) programs.set(name, await stage.client(name, where));
    const busy = new Map<string, number[]>();
    const rested = new Map<string, number[]>();
    const requests = new Map<string, number>();
    const note = (notes: Map<string, number[]>, name: string, measured: readonly number[]) =>
      notes.set(name, [...(notes.get(name) ?? []), ...measured]);
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [name, program] of programs) {
        const before = await stage.counts();
        note(busy, name, (await cancel(program, WARM)).slice(1));
        requests.set(name, ((await stage.counts()).requests - before.requests) / WARM);
      }
      if (options.realIdle) await wait(REST);
      else await http.program.call('closeIdle');
      for (const [name, program] of programs) note(rested, name, await cancel(program, 1));
    }
    return COMPARED.map((name) => row(name, busy.get(name), rested.get(name), requests.get(name)));
  } finally {
    await stage.end();
  }
}

async function cancel(program: Program, cancels: number): Promise<readonly number[]> {
  const { latencies } = await program.call<Measured>('measure', { cancels, inFlight: 1 });
  return latencies;
}

function row(
  name: DistanceRow['name'],
  busy: readonly number[] = [],
  rested: readonly number[] = [],
  requests = NaN,
): DistanceRow {
  const confirmed = name === 'node-confirmed' || name === 'node-http-confirmed';
  const trips = (ms: number) => (ms - (confirmed ? EVENT_DELAY : 0)) / ROUND_TRIP;
  return {
    ...{ name, label: CLIENTS[name].label, confirmed, requests },
    busy: trips(median(busy)),
    rested: trips(median(rested)),
  };
}
