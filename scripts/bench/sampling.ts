/** A profile of this process, and whose code the time was spent in. */
import { Session } from 'node:inspector/promises';

/** In the order in which they are asked: the first that takes a sample has it. */
const PLACES = {
  'waiting for the exchange': ({ functionName }) => functionName === '(idle)',
  'writing to the socket (encryption, system call)': ({ functionName, url }) =>
    url === '' && functionName.startsWith('write'),
  'garbage collection': ({ functionName }) => functionName === '(garbage collector)',
  '**this package**': ({ url }) => /[\\/]dist[\\/]runtime\.js$/.test(url),
  'Node-RED': ({ url }) => /[\\/]node_modules[\\/]@?node-red[\\/]/.test(url),
  '`ws`': ({ url }) => /[\\/]node_modules[\\/]ws[\\/]/.test(url),
  'the benchmark itself': ({ url }) => /[\\/]scripts[\\/]bench[\\/]/.test(url),
  'Node.js and the rest': () => true,
} satisfies Record<string, (frame: { functionName: string; url: string }) => boolean>;

export type PlaceName = keyof typeof PLACES;
export const PLACE_NAMES = Object.keys(PLACES) as PlaceName[];
const REST: PlaceName = 'Node.js and the rest';

/** Shares of the time, 0 to 1. */
export type Shares = Readonly<Record<PlaceName, number>>;

/** µs between two samples */
const INTERVAL = 200;

/** @returns shares of the time that the work took, waiting included */
export async function sampled(work: () => Promise<unknown>): Promise<Shares> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();

  const placeOf = new Map(
    profile.nodes.map(({ id, callFrame }) => [
      id,
      PLACE_NAMES.find((name) => PLACES[name](callFrame)) ?? REST,
    ]),
  );
  const times = Object.fromEntries(PLACE_NAMES.map((name) => [name, 0])) as Record<
    PlaceName,
    number
  >;
  let all = 0;
  for (const [i, id] of (profile.samples ?? []).entries()) {
    const time = profile.timeDeltas?.[i] ?? 0;
    times[placeOf.get(id) ?? REST] += time;
    all += time;
  }
  for (const name of PLACE_NAMES) times[name] /= all;
  return times;
}
