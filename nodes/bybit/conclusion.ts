/** From what is known of a case to its one outcome, with words that a person can act on. */
import type { Case, Settlement } from './case';
import type { Outcome, OutcomeCode, Timing } from './outcome';
import { endingOf } from './records';

interface Verdict {
  readonly code: OutcomeCode;
  readonly message: string;
}

export function conclude(c: Case): Outcome {
  const verdict = c.settled ? settledVerdict(c.settled) : (decidedVerdict(c) ?? lateVerdict(c));
  const order = c.settled?.record ?? c.lastOpen;
  const answer = c.lastAnswer;
  const orderId = order?.orderId ?? (answer?.orderId || c.followed.orderId);
  // With both ids given the exchange goes by orderId: the other may be of another order.
  const orderLinkId = order?.orderLinkId ?? answer?.orderLinkId ?? c.request.orderLinkId;
  const outcome: Writable<Outcome> = {
    outcome: verdict.code,
    message: verdict.message,
    environment: c.ports.environment,
    transport: c.transport,
    category: c.request.category,
    symbol: c.request.symbol,
    attempts: c.attempts,
    timing: timingOf(c),
  };
  if (orderId !== undefined) outcome.orderId = orderId;
  if (orderLinkId !== undefined) outcome.orderLinkId = orderLinkId;
  if (order !== undefined) outcome.order = order;
  if (c.settled !== undefined) outcome.confirmedBy = c.settled.by;
  if (answer?.retCode !== undefined) outcome.retCode = answer.retCode;
  if (answer?.retMsg !== undefined) outcome.retMsg = answer.retMsg;
  if (c.rateLimit !== undefined) outcome.rateLimit = c.rateLimit;
  return outcome;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function timingOf(c: Case): Timing {
  const { startedAt } = c.options;
  const totalMs = sinceStart(c, c.elapsed());
  return c.ackAfterMs === undefined
    ? { startedAt, totalMs }
    : { startedAt, ackMs: sinceStart(c, c.ackAfterMs), totalMs };
}

/** The case is opened a little after the message's arrival; figures count from the arrival. */
function sinceStart(c: Case, ms: number): number {
  return Math.round((c.options.elapsedMs + ms) * 10) / 10;
}

function settledVerdict({ record, ours }: Settlement): Verdict {
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
      return ours
        ? { code: 'cancelled', message: `The order is cancelled.${part}` }
        : { code: 'already-cancelled', message: `The order was cancelled before.${part}` };
    }
  }
}

function text(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : 'no reason given';
}

function decidedVerdict(c: Case): Verdict | undefined {
  if (c.decision === undefined) return undefined;
  const { code, detail } = c.decision;
  const said = () => c.lastAnswer?.explain() ?? '';
  switch (code) {
    case 'accepted':
      return {
        code,
        message: 'The exchange acknowledged the cancel; what became of it was not asked.',
      };
    case 'not-found':
      return {
        code,
        message: `Neither the open orders nor the history of this ${c.ports.environment} account know the order: check its id, the category (${c.request.category}), the symbol (${c.request.symbol}) and the account. Orders cancelled without a fill leave the history after 24 hours.`,
      };
    case 'rejected':
      return detail === undefined
        ? { code, message: said() }
        : {
            code,
            message: `The records show the order open, but ${detail}: this cancel did not reach it.`,
          };
    default:
      return { code, message: said() };
  }
}

/** The time ran out, or the node closed: what certainly did not happen, or that nobody knows. */
function lateVerdict(c: Case): Verdict {
  const end = c.closing ? 'The node was closed' : `The time (${limitOf(c)} ms) ran out`;
  const said = c.lastAnswer?.explain();
  if (c.mayHaveWorked) {
    const state = c.lastOpen
      ? `the last record still showed it ${c.lastOpen.orderStatus}`
      : `no record of it ${c.lookedUp ? 'could be read' : 'was asked for in that time'}`;
    return {
      code: 'unconfirmed',
      message: `${end} with the order's state unknown; ${state}. It may still be live: look it up.${c.ackAfterMs === undefined && said ? ` ${said}` : ''}`,
    };
  }
  return unsentVerdict(c, end, said);
}

function unsentVerdict(c: Case, end: string, said: string | undefined): Verdict {
  const gone = c.lastAnswer?.meaning === 'gone';
  if (gone) {
    return {
      code: 'unconfirmed',
      message:
        `${end} before the records told what became of the order. The exchange has no such open order. ${said ?? ''}`.trim(),
    };
  }
  const never = c.attempts === 0 ? 'it was never sent' : 'it was not sent again';
  if (c.obstacle === 'queue' && !c.closing) {
    return {
      code: 'rate-limited',
      message: `${end} while the cancel waited for the rate limit: ${never}.`,
    };
  }
  if (c.obstacle === 'unanswered' && !c.closing) {
    return {
      code: 'unavailable',
      message: `${end} while earlier requests had no answer from the exchange: ${never}.`,
    };
  }
  if (c.obstacle === 'rate') {
    return {
      code: 'rate-limited',
      message: `${end} waiting for the rate limit. ${said ?? ''}`.trim(),
    };
  }
  return {
    code: 'unavailable',
    message: `${end} and no cancel was accepted. ${said ?? 'Nothing was sent.'}`,
  };
}

function limitOf(c: Case): number {
  return Math.round(c.options.elapsedMs + c.options.remainingMs);
}
