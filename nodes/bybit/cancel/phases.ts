/**
 * Where a cancel stands, and where each answer, record and wait leads it: the table of the rules.
 * No negative verdict is reached while something that was sent is in doubt.
 */
import type { Doubting, Evidence, Look, Moment, Phase, RefusalCode, Searching } from './evidence';
import type { Answer } from './exchange-port';
import { filterOf, misplaced } from './order-record';
import { isTransientText } from '../answers/meaning';

/** readings that show an order open before that counts */
const ENOUGH_OPEN = 2;
/** ms after an answer that proves nothing: a record that is still open then shows it had no effect */
export const PROOF_DELAY = 2000;
/** look-ups that must find nothing before an order counts as unknown */
const ENOUGH_MISSES = 3;
/** readings that show the order open in its place, though the exchange has no such open order */
const UNEXPLAINED = 3;
/** times that a cancel is sent again because the order is still open after a refusal */
const MOST_RESENT = 2;
/** ms: an order still open so long after the acknowledgement is cancelled again */
const OVERDUE = 2500;
/** ms before the deadline: the last look-up or send starts about here */
export const LAST_TRY = 500;

const SENDING = { name: 'sending' } as const;
const SEARCHING: Searching = {
  name: 'searching',
  next: 'look',
  round: 0,
  misses: 0,
  opens: 0,
  elsewhere: 0,
  askedEverywhere: false,
};
const doubting = (resend: boolean, code?: RefusalCode): Doubting => ({
  name: 'doubting',
  next: 'look',
  round: 0,
  opens: 0,
  refusals: 0,
  resend,
  ...(code === undefined ? {} : { code }),
});

const to = (e: Evidence, phase: Phase): Evidence => ({ ...e, phase });
const count = (e: Evidence, what: keyof Evidence['counts']): Evidence => ({
  ...e,
  counts: { ...e.counts, [what]: (e.counts[what] ?? 0) + 1 },
});

export function afterAnswer(e: Evidence, answer: Answer, now: number): Evidence {
  switch (answer.meaning) {
    case 'accepted':
      return e.confirm
        ? to(e, { name: 'confirming', since: now, next: 'wait' })
        : to(e, { name: 'done', code: 'accepted' });
    case 'gone':
      return to(e, SEARCHING);
    case 'unknown':
    case 'transient':
    case 'throttled':
      return to(e, doubting(true));
    case 'transient-once':
      return to(count(e, 'once'), doubting(true, e.counts.once ? 'rejected' : undefined));
    case 'unlisted':
      return to(e, doubting(true, 'rejected'));
    case 'denied':
      return to(e, doubting(true, 'unauthorized'));
    case 'unsent':
      return to(e, { name: 'backingOff' });
    case 'clock':
      return e.counts.clock
        ? refused(e, 'rejected')
        : to(count(e, 'clock'), { name: 'measuring', signedAt: answer.signedAt });
    case 'rate':
    case 'again':
      return to(e, SENDING);
    case 'banned':
      return refused(e, 'rate-limited');
    case 'unauthorized':
    case 'rejected':
      return refused(e, answer.meaning);
  }
}

/** A definite refusal. But an earlier send may have worked: then only a record tells. */
function refused(e: Evidence, code: RefusalCode): Evidence {
  return to(e, e.doubt === 'none' ? { name: 'done', code } : doubting(false, code));
}

/** Nothing can be sent any more. What was sent before can still be learned of. */
export function afterNotSent(e: Evidence): Evidence {
  return to(e, e.doubt === 'none' ? { name: 'done' } : doubting(false));
}

export function afterWait(e: Evidence, ms: number): Evidence {
  const { phase } = e;
  switch (phase.name) {
    case 'backingOff':
      return to(e, SENDING);
    case 'confirming':
      return to(e, { ...phase, interval: ms, next: 'look' });
    case 'searching':
    case 'doubting':
      return to(e, { ...phase, next: 'look' });
    default:
      return e;
  }
}

export function afterLook(e: Evidence, look: Look, at: Moment): Evidence {
  const { phase } = e;
  switch (phase.name) {
    case 'confirming': {
      const overdue = look.found === 'open' && at.now - phase.since >= OVERDUE;
      return to(e, overdue ? SENDING : { ...phase, next: 'wait' });
    }
    case 'searching':
      return searched(e, phase, look, at);
    case 'doubting':
      return doubted(e, phase, look);
    default:
      return e;
  }
}

function searched(e: Evidence, before: Searching, look: Look, at: Moment): Evidence {
  const { found, everywhere } = look;
  const readable = found === 'open' || found === 'none';
  const place = readable && e.open !== undefined ? misplaced(e.open, e.followed) : undefined;
  const phase: Searching = {
    ...before,
    next: 'wait',
    round: before.round + 1,
    misses: before.misses + (found === 'none' ? 1 : 0),
    opens: before.opens + (found === 'open' ? 1 : 0),
    elsewhere: before.elsewhere + (place === undefined ? 0 : 1),
    askedEverywhere: before.askedEverywhere || (everywhere && found === 'none'),
  };
  const filtered = found === 'open' ? withItsFilter(e) : undefined;
  if (filtered !== undefined) return to(filtered, SENDING);
  if (place !== undefined && phase.elsewhere >= ENOUGH_OPEN) {
    return rejectedWhen(e, phase, place, look);
  }
  if (place === undefined && phase.opens >= UNEXPLAINED) {
    // A record that stays open contradicts the answer: sending again does no harm.
    return (e.counts.resent ?? 0) < MOST_RESENT
      ? to(count(e, 'resent'), SENDING)
      : rejectedWhen(e, phase, 'nothing in its record explains the answer', look);
  }
  const unknown = phase.misses >= ENOUGH_MISSES && phase.askedEverywhere;
  // The history may lag: the time that is left is its time.
  return unknown && at.remaining < LAST_TRY && e.doubt === 'none'
    ? to(e, { name: 'done', code: 'not-found' })
    : to(e, phase);
}

/** Rejected, unless something is in doubt that open records can't settle. */
function rejectedWhen(e: Evidence, phase: Searching, detail: string, look: Look): Evidence {
  return isSettledOpen(e, phase.opens, look)
    ? to(e, { name: 'done', code: 'rejected', detail })
    : to(e, phase);
}

/** Whether records that show the order open prove that nothing sent by this message changed it. */
function isSettledOpen(e: Evidence, opens: number, { since }: Look): boolean {
  if (e.doubt === 'none') return true;
  return e.doubt === 'answered' && opens >= ENOUGH_OPEN && since - e.doubtAt >= PROOF_DELAY;
}

/**
 * A spot order that is open under another filter than the default is sent for again with its own,
 * where the message gave none (API section order/cancel-order).
 */
function withItsFilter(e: Evidence): Evidence | undefined {
  const { request, followed, open } = e;
  if (request.category !== 'spot' || request.orderFilter !== undefined) return undefined;
  if (open?.symbol !== request.symbol) return undefined;
  const filter = filterOf(open);
  if (filter === undefined || filter === (followed.orderFilter ?? 'Order')) return undefined;
  return { ...e, followed: { ...followed, orderFilter: filter } };
}

function doubted(e: Evidence, before: Doubting, look: Look): Evidence {
  const { found } = look;
  const { code, resend } = before;
  const phase: Doubting = {
    ...before,
    next: 'wait',
    round: before.round + 1,
    opens: before.opens + (found === 'open' ? 1 : 0),
    refusals: before.refusals + (found === 'refused' ? 1 : 0),
  };
  const again: Phase = { name: 'backingOff' };
  const filtered = found === 'open' && resend ? withItsFilter(e) : undefined;
  if (code === undefined) return to(filtered ?? e, resend ? again : phase);
  if (code === 'rejected' && filtered !== undefined) return to(filtered, SENDING);
  if (found === 'open' && isSettledOpen(e, phase.opens, look)) {
    return resend && mayPass(e)
      ? to(count(e, 'resent'), SENDING)
      : to(e, { name: 'done', code, ...(resend ? { detail: STILL_OPEN } : {}) });
  }
  // Access is refused for everything alike, and for long enough: nothing was passed on.
  if (found === 'refused' && code === 'unauthorized' && resend && e.attempts === 1) {
    const isLasting = phase.refusals >= ENOUGH_OPEN && look.since - e.doubtAt >= PROOF_DELAY;
    return to(e, isLasting ? { name: 'done', code } : phase);
  }
  // Open records settle nothing while an earlier send can still take effect: sending again may.
  const isOpenInDoubt = found === 'open' && e.doubt === 'lasting';
  const untold = found === 'unreadable' || found === 'refused' || isOpenInDoubt;
  return to(e, untold && resend ? again : phase);
}

const STILL_OPEN = 'the order is still open';

/** A code whose text names a passing state is tried again, a few times. */
function mayPass(e: Evidence): boolean {
  return (e.counts.resent ?? 0) < MOST_RESENT && isTransientText(e.answer?.retMsg ?? '');
}
