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
  /** µs; the median of the turns' medians */
  readonly median: number;
  /** µs, of each turn: two clients are compared within one, before the machine changes its pace */
  readonly medians: readonly number[];
  /** µs; the median of the turns' */
  readonly p99: number;
  /** µs of each of the first cancels of a process, on average; the median of the rounds, and of each */
  readonly first: number;
  readonly firsts: readonly number[];
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
/** The first cancels of a process, after one that opens its connections: a node has sent that one already. */
const FIRST = 30;
/** Turns of all clients within a round, one cancel at a time: a machine keeps its pace for seconds only. */
const TURNS = 10;

/** In processes that are new in each round: two of the same client can differ for as long as they live. */
export async function measureLatency(options: BenchOptions): Promise<LatencyRow[]> {
  const notes = new Map(COMPARED.map((name) => [name, createNotes()]));
  for (let round = 0; round < options.rounds; round += 1) {
    const stage = await openStage();
    try {
      const programs = new Map<Compared, Program>();
      for (const name of COMPARED) programs.set(name, await stage.client(name));
      await takeTurns(programs, options.cancels, round, notes);
    } finally {
      await stage.end();
    }
  }
  return COMPARED.map((name) => ({
    name,
    label: CLIENTS[name].label,
    ...(notes.get(name) ?? createNotes()).row(),
  }));
}

async function takeTurns(
  programs: ReadonlyMap<Compared, Program>,
  cancels: number,
  round: number,
  notes: ReadonlyMap<Compared, Notes>,
): Promise<void> {
  const alone = (program: Program, count: number) =>
    program.call<Measured>('measure', { cancels: count, inFlight: 1 });
  const crowd = (program: Program) =>
    program.call<Measured>('measure', { cancels: cancels * 2, inFlight: IN_FLIGHT });
  for (const [name, program] of inTurn(programs, round)) {
    if (!name.startsWith('node-')) await alone(program, 1);
    notes.get(name)?.first(await alone(program, FIRST));
  }
  // Not counted: compilers and connections.
  for (const program of programs.values()) {
    await alone(program, cancels);
    await crowd(program);
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [name, program] of inTurn(programs, round + turn)) {
      notes.get(name)?.alone(await alone(program, Math.ceil(cancels / TURNS)));
    }
  }
  for (const [name, program] of inTurn(programs, round)) {
    notes.get(name)?.crowd(await crowd(program));
  }
}

/** Steps through the nine clients: each has no divisor in common with nine, and leads to all of them. */
const STEPS = [1, 2, 4, 5, 7];

/**
 * None is measured after the same one each time, nor twice running: its code and data would still be in
 * the caches of the CPU then.
 */
function inTurn<T>(programs: ReadonlyMap<Compared, T>, turn: number): readonly [Compared, T][] {
  const all = [...programs];
  const step = STEPS[turn % STEPS.length] ?? 1;
  const order = all.flatMap((_, i) => {
    const place = (turn + i * step) % all.length;
    return all.slice(place, place + 1);
  });
  if (new Set(order).size < all.length) throw new Error(`Steps of ${step} leave out clients`);
  return order;
}

type Figures = Omit<LatencyRow, 'name' | 'label'>;

interface Notes {
  readonly first: (measured: Measured) => void;
  readonly alone: (measured: Measured) => void;
  readonly crowd: (measured: Measured) => void;
  readonly row: () => Figures;
}

function createNotes(): Notes {
  const turns: Record<'median' | 'p99' | 'alone' | 'cpu', number>[] = [];
  const crowds: Record<'crowded' | 'cpuCrowded', number>[] = [];
  const firsts: number[] = [];
  return {
    first: ({ seconds }) => void firsts.push((1e6 * seconds) / FIRST),
    alone({ latencies, seconds, cpuMs }) {
      const cancels = latencies.length;
      turns.push({
        median: 1000 * median(latencies),
        p99: 1000 * p99(latencies),
        alone: cancels / seconds,
        cpu: (1000 * cpuMs) / cancels,
      });
    },
    crowd({ latencies, seconds, cpuMs }) {
      const cancels = latencies.length;
      crowds.push({ crowded: cancels / seconds, cpuCrowded: (1000 * cpuMs) / cancels });
    },
    row: () => ({
      median: median(turns.map((turn) => turn.median)),
      medians: turns.map((turn) => turn.median),
      p99: median(turns.map((turn) => turn.p99)),
      alone: median(turns.map((turn) => turn.alone)),
      cpu: median(turns.map((turn) => turn.cpu)),
      ...{ first: median(firsts), firsts },
      crowded: median(crowds.map(({ crowded }) => crowded)),
      crowds: crowds.map(({ crowded }) => crowded),
      cpuCrowded: median(crowds.map(({ cpuCrowded }) => cpuCrowded)),
    }),
  };
}
