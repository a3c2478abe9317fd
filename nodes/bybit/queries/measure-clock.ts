/**
 * Measures how far this machine's clock is from the exchange's, when a timestamp was refused. Beside
 * that, keep-warm.ts reads the exchange's time while nothing is sent.
 */
import { serverTimeOf, type Clock } from '../wire/clock';
import type { ExchangePort } from '../cancel/exchange-port';
import type { AskLightly } from '../wire/http';
import { meaningOf } from '../answers/meaning';
import { AbortSource, type Signal } from '../time/abort';

/** ms */
const CLOCK_LIMIT = 2000;

/** Messages whose timestamps were refused together share one measurement. */
export function createMeasurement(
  ask: AskLightly,
  clock: Clock,
  localNow: () => number,
): ExchangePort['measureClock'] {
  let running: Promise<void> | undefined;
  const measure = async () => {
    const reply = await ask({
      path: '/v5/market/time',
      fields: {},
      limitMs: CLOCK_LIMIT,
      signal: new AbortSource(),
    });
    // Shut out: the time is not to be had.
    if (reply === undefined) return;
    const serverTime = meaningOf(reply.wire) === 'accepted' ? serverTimeOf(reply) : undefined;
    if (serverTime !== undefined) clock.adopt(serverTime, reply.sentAt, reply.receivedAt);
  };
  return async (signedAt, signal) => {
    // Adopted in the future: this machine's clock was set back since.
    const adoptedAt = clock.adoptedAt();
    if (adoptedAt > signedAt && adoptedAt <= localNow()) return;
    running ??= measure().finally(() => (running = undefined));
    await unlessAborted(running, signal);
  };
}

/** Waits for some work, at most until the signal. */
async function unlessAborted(work: Promise<void>, signal: Signal): Promise<void> {
  let leave: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => (leave = resolve));
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  await Promise.race([work, aborted]);
  signal.removeEventListener('abort', leave);
}
