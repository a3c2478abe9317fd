/** The options of `npm run bench`. */
import { parseArgs } from 'node:util';

export const SECTIONS = [
  'latency',
  'profile',
  'distance',
  'several',
  'endurance',
  'footprint',
] as const;
export type Section = (typeof SECTIONS)[number];

/** How many orders: in a list, on one symbol, on all symbols. */
export interface Sizes {
  readonly list: number;
  readonly symbol: number;
  readonly all: number;
}

/** On all symbols more than one cancel-all takes: 500 (API section order/cancel-all). */
const SEVERAL: Sizes = { list: 200, symbol: 120, all: 730 };
const FEW: Sizes = { list: 20, symbol: 4, all: 6 };

export interface BenchOptions {
  readonly sections: readonly Section[];
  /** rounds of all clients in turn */
  readonly rounds: number;
  /** cancels of each client in one round */
  readonly cancels: number;
  /** orders that are cancelled together */
  readonly several: Sizes;
  /** cancels of one long run */
  readonly endurance: number;
  /** starts of Node-RED, of each kind */
  readonly starts: number;
  /** whether an idle minute is waited for, or its end brought about */
  readonly realIdle: boolean;
  readonly write: boolean;
}

const HELP = `npm run bench -- [options]   (npm run build first)

  --only NAMES      of ${SECTIONS.join(', ')}; default: all
  --rounds N        rounds of all clients in turn; default 5, at least 1
  --cancels N       cancels of each client in a round, one at a time, and twice as many with
                    32 in flight; default 10000; 'profile' takes three times as many, once;
                    'several' has sizes of its own
  --endurance N     cancels of the long run; default 100000
  --starts N        starts of Node-RED with and without the package; default 5
  --real-idle       waits for a real idle minute in each round of "distance", instead of
                    closing the idle connections at once: shows what keeping them warm does
  --quick           few of everything: does it work?
  --write           writes docs/benchmarks.md and docs/benchmarks.svg; needs all sections
`;

/** @returns `undefined` when only help was asked for */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      cancels: { type: 'string' },
      endurance: { type: 'string' },
      starts: { type: 'string' },
      'real-idle': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !SECTIONS.some((section) => section === name)) ?? [];
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}: see --help.`);
  const count = (given: string | undefined, usual: number, quick: number) =>
    Math.max(1, Number(given ?? (values.quick ? quick : usual)));
  return {
    sections: SECTIONS.filter((section) => only?.includes(section) ?? true),
    rounds: count(values.rounds, 5, 1),
    // A node runs for weeks: the compilers' first second would hide what it does then.
    cancels: count(values.cancels, 10_000, 50),
    several: values.quick ? FEW : SEVERAL,
    endurance: count(values.endurance, 100_000, 3000),
    starts: count(values.starts, 5, 1),
    realIdle: values['real-idle'],
    write: values.write,
  };
}
