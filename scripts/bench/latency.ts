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
  /** µs; the median of the rounds' medians */
  readonly median: number;
  /** µs, of each round: two clients are compared within a round, before the machine changes its pace */
  readonly medians: readonly number[];
  readonly p99: number;
  /** cancels per second, one at a time and with 32 in flight */
  readonly alone: number;
  readonly crowded: number;
  /** the same of each round */
  readonly crowds: readonly number[];
  /** µs of CPU per cancel, one at a time and with 32 in flight */
  readonly cpu: number;
  readonly cpuCrowded: number;
}

const IN_FLIGHT = 32;

/** In processes that are new in each round: two of the same client can differ for as long as they live. */
export async function measureLatency(options: BenchOptions): Promise<LatencyRow[]> {
  const notes = new Map(COMPARED.map((name) => [name, createNotes(options.cancels)]));
  for (let round = 0; round < options.rounds; round += 1) {
    const stage = await openStage();
    try {
      const programs = new Map<Compared, Program>();
      for (const name of COMPARED) programs.set(name, await stage.client(name));
      // The first turn is for compilers and connections.
      for (const program of programs.values()) await takeTurn(program, options.cancels);
      for (const [name, program] of inTurn(programs, round)) {
        notes.get(name)?.add(...(await takeTurn(program, options.cancels)));
      }
    } finally {
      await stage.end();
    }
  }
  return COMPARED.map((name) => ({
    name,
    label: CLIENTS[name].label,
    ...(notes.get(name) ?? createNotes(1)).row(),
  }));
}

async function takeTurn(program: Program, cancels: number): Promise<[Measured, Measured]> {
  return [
    await program.call<Measured>('measure', { cancels, inFlight: 1 }),
    await program.call<Measured>('measure', { cancels: cancels * 2, inFlight: IN_FLIGHT }),
  ];
}

/** Every other round goes the other way round: none is always measured after the same one. */
function inTurn<T>(programs: ReadonlyMap<Compared, T>, round: number): readonly [Compared, T][] {
  return round % 2 === 0 ? [...programs] : [...programs].reverse();
}

type Figures = Omit<LatencyRow, 'name' | 'label'>;

function createNotes(cancels: number): {
  add: (one: Measured, many: Measured) => void;
  row: () => Figures;
} {
  const rounds: Record<'median' | 'p99' | 'alone' | 'crowded' | 'cpu' | 'cpuCrowded', number>[] =
    [];
  const each = (figure: keyof (typeof rounds)[number]) => rounds.map((round) => round[figure]);
  const middle = (figure: keyof (typeof rounds)[number]) => median(each(figure));
  return {
    add(one, many) {
      rounds.push({
        median: 1000 * median(one.latencies),
        p99: 1000 * p99(one.latencies),
        alone: cancels / one.seconds,
        crowded: (2 * cancels) / many.seconds,
        cpu: (1000 * one.cpuMs) / cancels,
        cpuCrowded: (1000 * many.cpuMs) / (2 * cancels),
      });
    },
    row: () => ({
      median: middle('median'),
      medians: each('median'),
      p99: middle('p99'),
      alone: middle('alone'),
      crowded: middle('crowded'),
      crowds: each('crowded'),
      cpu: middle('cpu'),
      cpuCrowded: middle('cpuCrowded'),
    }),
  };
}
