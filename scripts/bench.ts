/**
 * `npm run bench`: how fast this package is beside what else there is, what it costs, and which bars
 * hold. `npm run bench -- --help` tells the options.
 */
import { barsOf, holds, type Results } from './bench/bars';
import { installCcxt } from './bench/ccxt';
import { measureDistance } from './bench/distance';
import { writeDocument } from './bench/document';
import { measureEndurance } from './bench/endurance';
import { measureFootprint } from './bench/footprint';
import { measureLatency } from './bench/latency';
import { describeMachine } from './bench/machine';
import { readOptions, SECTIONS, type BenchOptions, type Section } from './bench/options';
import { measureProfile } from './bench/profile';
import { sectionsOf } from './bench/report';
import { measureSeveral } from './bench/several';

const MEASURES: { [S in Section]: (options: BenchOptions) => Promise<NonNullable<Results[S]>> } = {
  latency: measureLatency,
  profile: measureProfile,
  distance: measureDistance,
  several: measureSeveral,
  endurance: measureEndurance,
  footprint: measureFootprint,
};

async function main(options: BenchOptions): Promise<void> {
  const machine = describeMachine();
  console.log(machine);
  // First: without npm nothing is measured in vain.
  if (options.sections.includes('several')) installCcxt();
  let results: Results = {};
  for (const section of options.sections) {
    console.log(`measuring: ${section} …`);
    results = { ...results, [section]: await MEASURES[section](options) };
  }
  for (const [title, table] of Object.entries(sectionsOf(results))) {
    console.log(`\n${title}\n\n${table}`);
  }
  const bars = barsOf(results);
  const missed = bars.filter((bar) => !holds(bar)).length;
  if (bars.length > 0)
    console.log(missed === 0 ? '\nAll bars hold.' : `\nBars that do not hold: ${missed}.`);
  if (!options.write) return;
  if (options.sections.length < SECTIONS.length) throw new Error('--write needs all sections');
  writeDocument(results, machine, options);
}

const options = readOptions(process.argv.slice(2));
if (options) {
  main(options).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
