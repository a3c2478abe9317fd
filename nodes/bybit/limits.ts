/** The rate limits of one account: a pacer for each, which learns from every answer. */
import type { Clock } from './clock';
import { createPacer, type Pacer, type Turn } from './pacing';
import type { RestAnswer } from './rest';
import { meaningOf, type Meaning } from './ret-codes';
import type { Time } from './time';

/** requests per UID and second (API section rate-limit), until an answer tells the real limit */
export const LIMITS = { spot: 20, other: 10, realtime: 50, history: 50, light: 5, lists: 10 };
/** Of the limits for look-ups: an IP has 600 requests in 5 s for everything. */
export const SHARE = 0.75;
/** the one refusal that comes with a reset time */
const RATE_OF_UID = 10006;
/** ms; what the other refusals for the rate are counted in */
const ABOUT_A_SECOND = 1000;

export interface Pacing {
  readonly pacers: Readonly<Record<keyof typeof LIMITS, Pacer>>;
  /** Reads a paced request's answer: pacing learns from each, whatever it was for. */
  readonly read: (pacer: Pacer, turn: Turn, answer: RestAnswer) => Meaning;
}

export function createPacing(time: Time, clock: Clock): Pacing {
  const pacers = {
    spot: createPacer(LIMITS.spot, time),
    other: createPacer(LIMITS.other, time),
    realtime: createPacer(LIMITS.realtime, time, SHARE),
    history: createPacer(LIMITS.history, time, SHARE),
    light: createPacer(LIMITS.light, time),
    lists: createPacer(LIMITS.lists, time),
  };
  return {
    pacers,
    read(pacer, turn, answer) {
      const meaning = meaningOf(answer.wire);
      if (meaning === 'rate') pacer.refused(pauseOf(answer, clock));
      else if (meaning === 'banned') Object.values(pacers).forEach((each) => each.banned());
      else if (meaning === 'accepted') pacer.accepted();
      // Only now: it serves the queue, which a refusal has stopped.
      turn.learn(answer.rateLimit, answer.serverTime);
      return meaning;
    },
  };
}

function pauseOf(answer: RestAnswer, clock: Clock): number | undefined {
  const { wire, rateLimit, serverTime } = answer;
  if (wire.kind !== 'reply' || wire.retCode !== RATE_OF_UID) return ABOUT_A_SECOND;
  if (rateLimit === undefined || rateLimit.resetAt === 0) return undefined;
  return Math.max(0, rateLimit.resetAt - (serverTime ?? clock.now()));
}
