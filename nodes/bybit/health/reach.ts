/**
 * Whether the exchange answers over HTTP. Any answer tells; after one that failed it is asked for its
 * time (API section market/time, unsigned) until it answers again.
 */
import type { WireAnswer } from '../answers/meaning';
import type { Time, Timer } from '../time/time';
import { createHold, LASTING } from './holds';

/**
 * ms for an answer: as long as silence must last to be told. A cancel would be heard of as well: it waits so
 * long by default, which is the usual recv window of 5 s for the way there, and as much for the way back.
 */
const LIMIT = LASTING;
/** ms from one look at a ban to the next: it can come of another account's request */
const LOOK = 1000;
/** ms from one question to the next */
const AGAIN = { first: 2000, later: 10_000 };
/** questions in a row that are asked at the faster pace */
const QUICK = 6;

export interface Reach {
  /** An answer over HTTP, or none. */
  heard(wire: WireAnswer): void;
  /** A socket broke: perhaps all is down. */
  doubt(): void;
  /** There has been no answer for a while. */
  silent(): boolean;
  start(): void;
  stop(): void;
}

export interface ReachOptions {
  readonly time: Time;
  /** Sends now or, where pacing or a ban forbids it, not at all; what comes of it is heard. */
  readonly probe: (limitMs: number) => Promise<unknown>;
  /** what a ban of the address keeps from being sent now, in a word; blank without one */
  readonly ban: () => string;
  readonly changed: () => void;
  /** It answers again. */
  readonly back: () => void;
}

export function createReach({ time, probe, ban, changed, back }: ReachOptions): Reach {
  const hold = createHold(time, changed);
  let timer: Timer | undefined;
  let looks: Timer | undefined;
  let lastBan = '';
  let asked = 0;
  let isAsking = false;

  const stop = () => {
    timer?.cancel();
    timer = undefined;
    asked = 0;
  };
  const ask = () => {
    timer = undefined;
    asked += 1;
    // One at a time: what waits for slow answers must not use up the turns of the others.
    void question();
  };
  const question = async () => {
    isAsking = true;
    await probe(LIMIT).catch(() => undefined);
    isAsking = false;
    keepAsking();
  };
  const keepAsking = () => {
    if (timer !== undefined || isAsking || !hold.begun()) return;
    timer = time.after(asked < QUICK ? AGAIN.first : AGAIN.later, ask);
    timer.unref?.();
  };
  const lookAtBan = () => {
    const now = ban();
    if (now === lastBan) return;
    lastBan = now;
    changed();
  };
  const look = () => {
    lookAtBan();
    looks = time.after(LOOK, look);
    looks.unref?.();
  };
  return {
    heard(wire) {
      if (wire.kind === 'reply') {
        if (!hold.begun()) return;
        hold.set(false);
        stop();
        back();
        return;
      }
      lookAtBan();
      hold.set(true);
      keepAsking();
    },
    doubt() {
      if (timer === undefined && !isAsking) void question();
    },
    silent: () => hold.lasts(),
    start: look,
    stop() {
      stop();
      looks?.cancel();
      hold.stop();
      lastBan = '';
    },
  };
}
