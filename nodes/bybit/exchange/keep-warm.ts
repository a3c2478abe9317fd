/**
 * Keeps one HTTP connection open while nothing is sent: a server closes an idle one after about a
 * minute, and a new one takes three times the way of a cancel (TCP, TLS, then the request). Each
 * time it asks for the exchange's time (API section market/time), unsigned and of some 300 bytes,
 * which also shows a clock that went wrong before a cancel is refused for it.
 */
import { serverTimeOf, type Clock } from '../wire/clock';
import type { Reply } from '../answers/reply';
import type { AskLightly } from '../wire/http';
import { AbortSource } from '../time/abort';
import { whileWanted } from './while-wanted';
import type { Time, Timer } from '../time/time';

/** ms; a turn is left out after another request, so twice that is the longest without any */
const EVERY = 20_000;
/** ms after a deploy, whose messages go first */
const FIRST = 1000;
/** ms */
const LIMIT = 5000;
/** ms by which the clock must be off beyond what the way can explain */
const WRONG = 500;

export interface KeepWarm {
  /** Keeps warm while somebody wants it. @returns ends it for them */
  follow(): () => void;
  close(): void;
}

export interface KeepWarmOptions {
  /** sends now or, where pacing or a ban forbids it, not at all */
  readonly ask: AskLightly;
  /** how many requests of any kind there were */
  readonly count: () => number;
  readonly clock: Clock;
  readonly time: Time;
}

export function createKeepWarm({ ask, count, clock, time }: KeepWarmOptions): KeepWarm {
  let timer: Timer | undefined;
  let ending = new AbortSource();
  let seen = 0;

  const warm = async () => {
    const startedAt = time.now();
    const path = '/v5/market/time';
    const reply = await ask({ path, fields: {}, limitMs: LIMIT, signal: ending });
    if (reply === undefined || ending.aborted) return;
    const tookMs = time.now() - startedAt;
    const { sentAt, receivedAt } = reply;
    // Otherwise this machine's clock was set meanwhile, and the comparison means nothing.
    if (Math.abs(receivedAt - sentAt - tookMs) < WRONG) checkClock(reply, clock, time);
  };
  const rest = (ms: number) => {
    seen = count();
    timer = time.after(ms, () => {
      if (count() === seen) void warm();
      rest(EVERY);
    });
    timer.unref?.();
  };
  const stop = () => {
    timer?.cancel();
    timer = undefined;
    ending.abort('closing');
  };

  const start = (isFirst: boolean) => {
    if (!isFirst) return;
    ending = new AbortSource();
    rest(FIRST);
  };

  return { follow: whileWanted(start, stop), close: stop };
}

/** Takes the exchange's time over when the clock is off by more than the way can explain. */
function checkClock(reply: Reply, clock: Clock, time: Time): void {
  const { wire, sentAt, receivedAt } = reply;
  const isReply = wire.kind === 'reply' && wire.retCode === 0;
  const serverTime = isReply ? serverTimeOf(reply) : undefined;
  if (serverTime === undefined) return;
  const way = (receivedAt - sentAt) / 2;
  const off = Math.abs(serverTime + way + (time.wall() - receivedAt) - clock.now());
  if (off > way + WRONG) clock.adopt(serverTime, sentAt, receivedAt);
}
