/**
 * The rules from a request to its outcome. Pure: the exchange, time and chance are handed in.
 *
 * The exchange's acknowledgement says only that a request was accepted, and its answers can get
 * lost. So a message is pursued until a final record of the order, a definite refusal, or the
 * deadline: what is not proved is not said.
 */
import type { Doubting, Evidence, Moment, Searching } from './evidence';
import { LAST_TRY, PROOF_DELAY } from './phases';

export type Step =
  | { readonly act: 'send' }
  /** of a request that was signed then, ms since the epoch */
  | { readonly act: 'measureClock'; readonly signedAt: number }
  | { readonly act: 'lookUp'; readonly everywhere: boolean }
  | { readonly act: 'wait'; readonly ms: number }
  | { readonly act: 'stop' };

/** ms from an acknowledgement to the first look-up: the stream needs time to tell, if it is up */
const FIRST_LOOK = { streamUp: 1000, streamDown: 120 };
/** ms between two look-ups of an acknowledged cancel, at most */
const LOOK_INTERVAL = 1000;
/** ms; pacing keeps the rate, and an open order is urgent */
const LONGEST_BACK_OFF = 1000;
/** ms between the look-ups for an order whose state is not known */
const FIRST_INTERVALS = [200, 500, 1000];

const SEND: Step = { act: 'send' };
const STOP: Step = { act: 'stop' };
const LOOK: Step = { act: 'lookUp', everywhere: false };

export function nextStep(e: Evidence, at: Moment): Step {
  const { phase } = e;
  if (e.settled !== undefined || phase.name === 'done' || at.late) return STOP;
  if (at.closing) return isLooking(phase.name) && !e.lastLook ? LOOK : STOP;
  switch (phase.name) {
    case 'sending':
      return SEND;
    case 'measuring':
      return { act: 'measureClock', signedAt: phase.signedAt };
    case 'backingOff':
      return { act: 'wait', ms: backOff(e, at) };
    case 'confirming':
      return phase.next === 'look' ? LOOK : { act: 'wait', ms: confirmWait(phase.interval, at) };
    case 'searching': {
      if (phase.next === 'wait') return { act: 'wait', ms: searchWait(phase, at) };
      // The first look is a quick one: mostly the order was just closed.
      return { act: 'lookUp', everywhere: phase.round > 0 && !phase.askedEverywhere };
    }
    case 'doubting':
      return phase.next === 'look' ? LOOK : { act: 'wait', ms: doubtWait(e, phase, at) };
  }
}

function isLooking(name: Evidence['phase']['name']): boolean {
  return name === 'confirming' || name === 'searching' || name === 'doubting';
}

function backOff(e: Evidence, at: Moment): number {
  const longest = Math.min(100 * 2 ** Math.min(e.attempts, 6), LONGEST_BACK_OFF);
  const jittered = longest * (0.5 + at.random / 2);
  const slack = at.remaining - LAST_TRY;
  // The last try was just made: the next one waits from here.
  if (slack <= 0) return jittered;
  // From one send to the next: where the answer was long in coming, that was the wait.
  return Math.max(0, Math.min(jittered - (at.now - e.sentAt), slack));
}

function confirmWait(before: number | undefined, at: Moment): number {
  if (before !== undefined) {
    return Math.min(Math.max(before, FIRST_LOOK.streamDown) * 1.7, LOOK_INTERVAL);
  }
  const first = at.streamUp ? FIRST_LOOK.streamUp : FIRST_LOOK.streamDown;
  return Math.min(first, at.remaining / 2);
}

/** Found nowhere: a second longer each time. */
function searchWait({ round, opens }: Searching, at: Moment): number {
  const growing = LOOK_INTERVAL * (opens > 0 ? 1 : Math.max(1, round - 2));
  return beforeTheEnd(FIRST_INTERVALS[round - 1] ?? growing, at);
}

function doubtWait(e: Evidence, { round, opens, refusals }: Doubting, at: Moment): number {
  const interval = FIRST_INTERVALS[round - 1] ?? LOOK_INTERVAL;
  const untilProof = e.doubtAt + PROOF_DELAY - at.now;
  const isNear = e.doubt === 'answered' && opens + refusals > 0 && untilProof > 0;
  return beforeTheEnd(isNear ? Math.min(interval, untilProof) : interval, at);
}

/** So that there is a last look-up before the deadline. */
function beforeTheEnd(ms: number, at: Moment): number {
  const slack = at.remaining - LAST_TRY / 2;
  return slack > 0 ? Math.min(ms, slack) : ms;
}
