/** From what is known of a cancel to its one outcome, with words that a person can act on. */
import type { Evidence, Settlement } from './evidence';
import type { Ban } from './exchange-port';
import {
  isRetryable,
  type Environment,
  type Outcome,
  type OutcomeCode,
  type Timing,
} from '../model';
import { endingOf, pairedKind } from './order-record';

interface Verdict {
  readonly code: OutcomeCode;
  readonly message: string;
}

/** What belongs to the message rather than to what is known of the order. */
export interface Frame {
  readonly environment: Environment;
  /** as its owner calls it, for words */
  readonly account?: string | undefined;
  /** ms since the epoch: the message's arrival */
  readonly startedAt: number;
  /** ms from the message's arrival to the first step */
  readonly elapsedMs: number;
  /** ms that there were from the first step to the deadline */
  readonly remainingMs: number;
  /** ms, monotonic: the first step */
  readonly startMs: number;
  /** ms from the first step to the end */
  readonly endedMs: number;
  /** the node closed before the end */
  readonly closing: boolean;
  /** @returns the ban that keeps cancels from being sent now, if there is one */
  readonly ban: () => Ban | undefined;
}

export function conclude(e: Evidence, frame: Frame): Outcome {
  const verdict = e.settled
    ? settledVerdict(e.settled)
    : (decidedVerdict(e, frame) ?? lateVerdict(e, frame));
  const { answer, followed, request, settled } = e;
  const mayRetry = isRetryable(verdict.code);
  // Whatever else stood in the way: while the address is banned, no other try gets through.
  const ban = mayRetry ? frame.ban() : undefined;
  // A queue is gone with its account, and so is the turn that it would have given; a ban stays.
  const retryAt = ban?.until ?? (mayRetry && !frame.closing ? e.retryAt : undefined);
  const order = settled?.record ?? e.open;
  const orderId = order?.orderId ?? (answer?.orderId || followed.orderId);
  // With both ids given the exchange goes by orderId: the other may be of another order.
  const orderLinkId = order?.orderLinkId ?? answer?.orderLinkId ?? request.orderLinkId;
  const outcome: Writable<Outcome> = {
    outcome: verdict.code,
    message: ban === undefined ? verdict.message : `${verdict.message} ${ban.explain()}`,
    environment: frame.environment,
    transport: e.transport,
    category: request.category,
    symbol: request.symbol,
    attempts: e.attempts,
    timing: timingOf(e, frame),
  };
  const retryAfterMs = Math.ceil((retryAt ?? 0) - frame.startMs - frame.endedMs);
  if (retryAfterMs > 0) outcome.retryAfterMs = retryAfterMs;
  if (orderId !== undefined) outcome.orderId = orderId;
  if (orderLinkId !== undefined) outcome.orderLinkId = orderLinkId;
  if (followed.orderFilter !== undefined) outcome.orderFilter = followed.orderFilter;
  if (order !== undefined) outcome.order = order;
  if (settled !== undefined) outcome.confirmedBy = settled.by;
  if (answer?.retCode !== undefined) outcome.retCode = answer.retCode;
  if (answer?.retMsg !== undefined) outcome.retMsg = answer.retMsg;
  if (e.rateLimit !== undefined) outcome.rateLimit = e.rateLimit;
  return outcome;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The first step comes a little after the message's arrival; figures count from the arrival. */
function timingOf({ ackAt }: Evidence, frame: Frame): Timing {
  const { startedAt, elapsedMs, startMs, endedMs } = frame;
  const since = (ms: number) => Math.round((elapsedMs + ms) * 10) / 10;
  return ackAt === undefined
    ? { startedAt, totalMs: since(endedMs) }
    : { startedAt, ackMs: since(ackAt - startMs), totalMs: since(endedMs) };
}

function settledVerdict({ record, byThisMessage }: Settlement): Verdict {
  const filled = Number(record.cumExecQty ?? 0) > 0;
  switch (endingOf(record)) {
    case 'fill':
      return {
        code: 'filled',
        message: 'The order was filled before the cancel could take effect.',
      };
    case 'reject':
      return {
        code: 'rejected',
        message: `The exchange had rejected the order itself (${text(record.rejectReason)}).`,
      };
    default: {
      const part = filled ? ` ${String(record.cumExecQty)} had been executed before.` : '';
      return byThisMessage
        ? { code: 'cancelled', message: `The order is cancelled.${part}` }
        : { code: 'already-cancelled', message: `The order was cancelled before.${part}` };
    }
  }
}

function text(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : 'no reason given';
}

function decidedVerdict(e: Evidence, frame: Frame): Verdict | undefined {
  if (e.phase.name !== 'done' || e.phase.code === undefined) return undefined;
  const { code, detail } = e.phase;
  // Words cost time, and most cancels end with none of the exchange's.
  const said = () => e.answer?.explain() ?? '';
  switch (code) {
    case 'accepted':
      return {
        code,
        message: 'The exchange acknowledged the cancel; what became of it was not asked.',
      };
    case 'not-found':
      return {
        code,
        message: `Neither the open orders nor the history of ${accountIn(frame)} know the order: check its id, the category (${e.request.category}), the symbol (${e.request.symbol}) and the account. Orders cancelled without a fill leave the history after 24 hours.`,
      };
    case 'rejected':
      return {
        code,
        message: `${detail === undefined ? said() : stillOpen(detail, said())}${kindAdvice(e)}`,
      };
    default:
      return { code, message: said() };
  }
}

function accountIn({ environment, account }: Frame): string {
  return account === undefined
    ? `this ${environment} account`
    : `the account "${account}" (${environment})`;
}

function stillOpen(detail: string, said: string): string {
  return `The order's record still shows it open, though a cancel was sent: ${detail}. This cancel did not change it. ${said}`.trim();
}

/** Orders of spot that no documented request cancels one by one (API section order/cancel-order). */
function kindAdvice({ open }: Evidence): string {
  const kind = open === undefined ? undefined : pairedKind(open);
  return kind === undefined
    ? ''
    : ` It is ${kind}, for which Bybit documents no cancel of a single order: cancel it on the Bybit site or in the app, or every order of ${String(open?.symbol)} with a "bybit cancel all" node (which: until-empty).`;
}

/** The time ran out, or the node closed: what certainly did not happen, or that nobody knows. */
function lateVerdict(e: Evidence, frame: Frame): Verdict {
  const { closing, elapsedMs, remainingMs } = frame;
  const limit = Math.round(elapsedMs + remainingMs);
  const end = closing ? 'The node was closed' : `The time (${limit} ms) ran out`;
  const said = e.answer?.explain();
  if (e.doubt === 'none' && !e.underway) return unsentVerdict(e, end, said, closing);
  if (isThrottledOpen(e)) {
    return {
      code: 'rate-limited',
      message: `${end} waiting for the rate limit. ${said ?? ''}`.trim(),
    };
  }
  const state = e.open
    ? `the last record still showed it ${e.open.orderStatus}`
    : `no record of it ${e.lookedUp ? 'could be read' : 'was asked for in that time'}`;
  return {
    code: 'unconfirmed',
    message: `${end} with the order's state unknown; ${state}. It may still be open: look it up.${e.ackAt === undefined && said ? ` ${said}` : ''}`,
  };
}

/** Refused for the rate by a gateway, and a look-up since then showed the order still open. */
function isThrottledOpen({ doubt, doubtAt, answer, openAt, underway }: Evidence): boolean {
  const isThrottled = answer?.meaning === 'throttled' && !underway;
  return isThrottled && doubt === 'answered' && openAt >= doubtAt;
}

/** Nothing that was sent can have had an effect. */
function unsentVerdict(e: Evidence, end: string, said = '', closing: boolean): Verdict {
  const verdict = (code: OutcomeCode, text: string) => ({ code, message: text.trim() });
  const meaning = e.answer?.meaning;
  if (meaning === 'gone') {
    return verdict(
      'unconfirmed',
      `${end} before the records told what became of the order. The exchange has no such open order. ${said}`,
    );
  }
  if (meaning === 'rate' || meaning === 'again')
    return verdict('rate-limited', `${end} waiting for the rate limit. ${said}`);
  if (meaning !== undefined || closing) {
    return verdict(
      'unavailable',
      `${end} and no cancel was accepted. ${said || 'Nothing was sent.'}`,
    );
  }
  if (e.notSent === 'unanswered') {
    return verdict(
      'unavailable',
      `${end} while earlier requests had no answer from the exchange: it was never sent.`,
    );
  }
  return e.notSent === 'late'
    ? verdict('rate-limited', 'Too little time was left to hear an answer: it was never sent.')
    : verdict(
        'rate-limited',
        `${end} while the cancel waited for the rate limit: it was never sent.`,
      );
}
