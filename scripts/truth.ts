/**
 * `npm run truth [-- --cancels 2000 --every 15 --seed 1]`: the same faulty exchange for this
 * package and for bybit-api, and what each said held against the books. Fails when ours lied.
 */
import { parseArgs } from 'node:util';
import { bybitApi, ourAccount } from '../test/truth/clients';
import { runLoad, type LoadResult } from '../test/truth/load';

const { values } = parseArgs({
  options: {
    cancels: { type: 'string', default: '2000' },
    every: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
  },
});
const options = {
  cancels: Number(values.cancels),
  every: Number(values.every),
  seed: Number(values.seed),
};

const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(2)} %`;

function row(name: string, result: LoadResult): Record<string, string | number> {
  const { cancels, contradictions, unconfirmed, leftOpen, requests, seconds } = result;
  return {
    client: name,
    cancels,
    contradicted: percent(contradictions.length, cancels),
    unconfirmed: percent(unconfirmed, cancels),
    'left open': percent(leftOpen, cancels),
    requests,
    seconds: Math.round(seconds),
  };
}

async function main(): Promise<void> {
  const ours = await runLoad(options, ourAccount);
  const theirs = await runLoad(options, bybitApi);
  console.table([row('this package', ours), row('bybit-api', theirs)]);
  console.log('this package said:', ours.said);
  console.log('bybit-api said:', theirs.said);
  for (const text of ours.contradictions.slice(0, 20)) console.log('contradicted:', text);
  const bad =
    ours.contradictions.length > 0 || ours.unconfirmed >= ours.cancels * 0.005 || ours.leftOpen > 0;
  if (bad) process.exitCode = 1;
}

void main();
