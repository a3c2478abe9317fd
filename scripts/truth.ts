/**
 * `npm run truth [-- --cancels 2000 --every 15 --seed 1 --lists 1200 --sweeps 40]`: the same faulty
 * exchange for this package and for bybit-api: single orders, lists of them (--lists: orders in all)
 * and sweeps; and what each said held against the books. Fails when ours lied.
 */
import { spawn } from 'node:child_process';
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
    part: { type: 'string' },
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

type Named = readonly [name: string, result: LoadResult, unknown?: number];

/** Each load has an exchange of its own, and they mostly wait: side by side. */
async function single(): Promise<readonly Named[]> {
  const [overHttp, overSocket, theirs] = await Promise.all([
    runLoad(options, ourAccount),
    runLoad(options, ourOrderEntry),
    runLoad(options, bybitApi),
  ]);
  return [
    ['this package, HTTP', overHttp, 0.005],
    ['this package, WebSocket', overSocket, 0.005],
    ['bybit-api, HTTP', theirs],
  ];
}

async function several(): Promise<readonly Named[]> {
  const lists = { orders: Number(values.lists), size: 30, every: 2000, seed: options.seed };
  const sweeps = { sweeps: Number(values.sweeps), size: 60, atOnce: 3, seed: options.seed };
  const [overHttp, overSocket, theirs, sweptOverHttp, sweptOverSocket] = await Promise.all([
    runLists(lists, ourLists),
    runLists(lists, ourListsByEntry),
    runLists(lists, bybitApiLists),
    runSweeps(sweeps, 'http'),
    runSweeps(sweeps, 'websocket'),
  ]);
  for (const { complete } of [sweptOverHttp, sweptOverSocket]) {
    console.log(`${complete} of ${sweeps.sweeps} sweeps were proved complete`);
  }
  return [
    ['this package, lists of 30, HTTP', overHttp, 0.01],
    ['this package, lists of 30, WebSocket', overSocket, 0.01],
    ['bybit-api, lists of 30, HTTP', theirs],
    // Without the stream, their 180 orders at a time are looked up one by one.
    ['this package, sweeps of 60, HTTP', sweptOverHttp, 0.05],
    ['this package, sweeps of 60, WebSocket', sweptOverSocket, 0.05],
  ];
}

const PARTS = { single, several };

async function runPart(part: keyof typeof PARTS): Promise<void> {
  const results = await PARTS[part]();
  console.table(results.map(([name, result]) => row(name, result)));
  for (const [name, { said, contradictions }, unknown] of results) {
    console.log(`${name} said:`, said);
    const ours = unknown === undefined ? [] : contradictions.slice(0, 20);
    for (const text of ours) console.log('contradicted:', text);
  }
  const isGood = results.every(
    ([, result, unknown]) => unknown === undefined || isTrue(result, unknown),
  );
  if (!isGood) process.exitCode = 1;
}

/** Each part in a process of its own, so that one does not slow the other. */
async function main(): Promise<void> {
  const asked = Object.keys(PARTS).find((part) => part === values.part);
  if (asked !== undefined) return runPart(asked as keyof typeof PARTS);
  const codes = await Promise.all(
    Object.keys(PARTS).map((part) => {
      const command = [...process.execArgv, ...process.argv.slice(1), '--part', part];
      const child = spawn(process.execPath, command, { stdio: 'inherit' });
      return new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
    }),
  );
  process.exitCode = Math.max(...codes);
}

void main();
