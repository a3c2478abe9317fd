/** How long a cancel takes with each client, over TLS on loopback, and what it costs. */
import type { Program } from './calls';
import type { Measured } from './client';
import { CLIENTS, type ClientName } from './clients';
import type { BenchOptions } from './options';
import { median, p99 } from './samples';
import { openStage } from './stage';

const COMPARED = [
  'https',
  'ws',
  'least',
  'node-http',
  'node-ws',
  'flow-kept',
  'flow',
  'api-rest',
  'api-ws',
] as const satisfies readonly ClientName[];
export type Compared = (typeof COMPARED)[number];

export interface LatencyRow {
  readonly name: Compared;
  readonly label: string;
  /** µs */
  readonly median: number;
  readonly p99: number;
  /** cancels per second, one at a time and with 32 in flight */
  readonly alone: number;
  readonly crowded: number;
  /** µs of CPU per cancel, one at a time and with 32 in flight */
  readonly cpu: number;
  readonly cpuCrowded: number;
}

const IN_FLIGHT = 32;

export async function measureLatency(options: BenchOptions): Promise<LatencyRow[]> {
  const stage = await openStage();
  try {
    const programs = new Map<Compared, Program>();
    for (const name of COMPARED) programs.set(name, await stage.client(name));
    const notes = new Map(COMPARED.map((name) => [name, createNotes(options.cancels)]));
    // The first round is for compilers and connections.
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const [name, program] of programs) {
        const alone = { cancels: options.cancels, inFlight: 1 };
        const crowded = { cancels: options.cancels * 2, inFlight: IN_FLIGHT };
        const one = await program.call<Measured>('measure', alone);
        const many = await program.call<Measured>('measure', crowded);
        if (round > 0) notes.get(name)?.add(one, many);
      }
    }
    return COMPARED.map((name) => ({
      name,
      label: CLIENTS[name].label,
      ...(notes.get(name) ?? createNotes(1)).row(),
    }));
  } finally {
    await stage.end();
  }
}

type Figures = Omit<LatencyRow, 'name' | 'label'>;

function createNotes(cancels: number): {
  add: (one: Measured, many: Measured) => void;
  row: () => Figures;
} {
  const latencies: number[] = [];
  const rounds: Omit<Figures, 'median' | 'p99'>[] = [];
  const middle = (figure: keyof (typeof rounds)[number]) =>
    median(rounds.map((round) => round[figure]));
  return {
    add(one, many) {
      latencies.push(...one.latencies);
      rounds.push({
        alone: cancels / one.seconds,
        crowded: (2 * cancels) / many.seconds,
        cpu: (1000 * one.cpuMs) / cancels,
        cpuCrowded: (1000 * many.cpuMs) / (2 * cancels),
      });
    },
    row: () => ({
      median: 1000 * median(latencies),
      p99: 1000 * p99(latencies),
      alone: middle('alone'),
      crowded: middle('crowded'),
      cpu: middle('cpu'),
      cpuCrowded: middle('cpuCrowded'),
    }),
  };
}
