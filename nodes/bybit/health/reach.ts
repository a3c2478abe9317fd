/**
 * Whether the exchange answers over HTTP. Any answer tells; after one that failed it is asked for its
 * time (API section market/time, unsigned) until it answers again.
 */
import type { WireAnswer } from '../answers/meaning';
import type { Time, Timer } from '../time/time';
import { createHold } from './holds';

/** ms from one question to the next */
const AGAIN = { first: 2000, later: 10_000 };
/** questions in a row that are asked at the faster pace */
const QUICK = 6;

export interface Reach {
  /** An answer over HTTP, or none. */
  heard(wire: WireAnswer): void;
  /** A socket broke: perhaps all is down. */
  doubt(): void;
  silent(): boolean;
  stop(): void;
}

export interface ReachOptions {
  readonly time: Time;
  /** Sends now or, where pacing or a ban forbids it, not at all; what comes of it is heard. */
  readonly probe: () => Promise<unknown>;
  /** the address is banned: nothing is sent */
  readonly banned: () => boolean;
  readonly changed: () => void;
}

export function createReach({ time, probe, banned, changed }: ReachOptions): Reach {
  const hold = createHold(time, changed);
  let timer: Timer | undefined;
  let wasBanned = false;
  let asked = 0;

  const silent = () => hold.lasts() || wasBanned;
  const stop = () => {
    timer?.cancel();
    timer = undefined;
    asked = 0;
  };
  const ask = () => {
    timer = undefined;
    asked += 1;
    void probe().catch(() => undefined);
    lookAtBan();
    keepAsking();
  };
  const keepAsking = () => {
    if (timer !== undefined || !(hold.begun() || wasBanned)) return;
    timer = time.after(asked < QUICK ? AGAIN.first : AGAIN.later, ask);
    timer.unref?.();
  };
  const lookAtBan = () => {
    if (banned() === wasBanned) return;
    wasBanned = !wasBanned;
    changed();
  };
  return {
    heard(wire) {
      if (wire.kind === 'reply') {
        if (!hold.begun() && !wasBanned) return;
        hold.set(false);
        lookAtBan();
        if (!wasBanned) stop();
        return;
      }
      lookAtBan();
      hold.set(true);
      keepAsking();
    },
    doubt() {
      if (timer === undefined) ask();
    },
    silent,
    stop() {
      stop();
      hold.stop();
      wasBanned = false;
    },
  };
}
