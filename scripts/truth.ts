/**
 * `npm run truth [-- --cancels 2000 --every 15 --seed 1 --lists 1200 --sweeps 40]`: the same faulty
 * exchange for this package and for bybit-api: single orders, lists of them (--lists: orders in all)
 * and sweeps; and what each said held against the books. Fails when ours lied.
 */
import { parseArgs } from 'node:util';
import { bybitApi, ourAccount, ourOrderEntry } from '../test/truth/clients';
import { bybitApiLists, ourLists, ourListsByEntry, runLists } from '../test/truth/lists';
import { runSweeps } from '../test/truth/sweeps';
import { runLoad, type LoadResult } from '../test/truth/load';

const { values } = parseArgs({
  options: {
    cancels: { type: 'string', default: '2000' },
    every: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    lists: { type: 'string', default: '1200' },
    sweeps: { type: 'string', default: '40' },
  },
});
const options = {
  cancels: Number(values.cancels),
  every: Number(values.every),
  seed: Number(values.seed),
};

const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(2)} %`;

function row(name: string, result: LoadResult): Record<string, string | number> {
  const { cancels, contradictions, unconfirmed, leftOpen, refused, requests, seconds } = result;
  return {
    client: name,
    cancels,
    contradicted: percent(contradictions.length, cancels),
    unconfirmed: percent(unconfirmed, cancels),
    'left open': percent(leftOpen, cancels),
    'refused, and said so': percent(refused, cancels),
    requests,
    seconds: Math.round(seconds),
  };
}

/** @param unknown the share that may end unconfirmed */
function isTrue(result: LoadResult, unknown: number): boolean {
  const { cancels, contradictions, unconfirmed, leftOpen } = result;
  return contradictions.length === 0 && unconfirmed < cancels * unknown && leftOpen === 0;
}

async function main(): Promise<void> {
  const lists = { orders: Number(values.lists), size: 30, every: 2000, seed: options.seed };
  const sweeps = { sweeps: Number(values.sweeps), size: 60, atOnce: 5, seed: options.seed };
  // Each has an exchange of its own, and they mostly wait.
  const [overHttp, overSocket, theirs, listsOverHttp, listsOverSocket, theirLists, ...swept] =
    await Promise.all([
      runLoad(options, ourAccount),
      runLoad(options, ourOrderEntry),
      runLoad(options, bybitApi),
      runLists(lists, ourLists),
      runLists(lists, ourListsByEntry),
      runLists(lists, bybitApiLists),
      runSweeps(sweeps, 'http'),
      runSweeps(sweeps, 'websocket'),
    ]);
  const [sweptOverHttp, sweptOverSocket] = swept;
  console.table([
    row('this package, HTTP', overHttp),
    row('this package, WebSocket', overSocket),
    row('bybit-api, HTTP', theirs),
    row('this package, lists of 30, HTTP', listsOverHttp),
    row('this package, lists of 30, WebSocket', listsOverSocket),
    row('bybit-api, lists of 30, HTTP', theirLists),
    row('this package, sweeps of 60, HTTP', sweptOverHttp),
    row('this package, sweeps of 60, WebSocket', sweptOverSocket),
  ]);
  for (const { complete } of [sweptOverHttp, sweptOverSocket]) {
    console.log(`${complete} of ${sweeps.sweeps} sweeps were proved complete`);
  }
  for (const said of [theirs.said, theirLists.said]) console.log('bybit-api said:', said);
  const ours: readonly [LoadResult, unknown: number][] = [
    ...[overHttp, overSocket].map((one) => [one, 0.005] as [LoadResult, number]),
    ...[listsOverHttp, listsOverSocket].map((one) => [one, 0.01] as [LoadResult, number]),
    ...[sweptOverHttp, sweptOverSocket].map((one) => [one, 0.01] as [LoadResult, number]),
  ];
  for (const [result, unknown] of ours) {
    console.log('this package said:', result.said);
    for (const text of result.contradictions.slice(0, 20)) console.log('contradicted:', text);
    if (!isTrue(result, unknown)) process.exitCode = 1;
  }
}

void main();
