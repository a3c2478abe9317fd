/**
 * Makes an answer for each order of a batch, from its item (batch-items.ts) or from what befell the whole.
 * An order whose own code can't be told is in doubt like one whose answer was lost, and goes alone the
 * next time.
 */
import { answerOf } from './cancel-answer';
import type { Answer } from '../cancel/exchange-port';
import { readItems, type ItemReply } from '../answers/batch-items';
import type { Circumstances } from '../answers/explain';
import { isTransientText, meaningOf, type Meaning, type WireAnswer } from '../answers/meaning';
import type { SentRequest, Transport } from '../model';
import type { Reply } from '../answers/reply';

/** The codes that an order gets for which the limit has no room; which one, is not documented. */
const OVER_LIMIT: ReadonlySet<number> = new Set([10006, 170222, 20003, 10429]);
/** Errors in the parameters: of this batch, not of batches as such. */
const PARAMETERS: ReadonlySet<number> = new Set([10001, 170105, 170130]);
/** The key's permission can be for single cancels alone. */
const NO_PERMISSION = 10005;

export interface BatchAnswers {
  /** in the order of the request */
  readonly answers: readonly Answer[];
  /** some orders were refused for the rate */
  readonly overLimit: boolean;
  /** batches are refused as such: of this category, of this account, or by this environment */
  readonly refusedAsSuch: boolean;
}

export interface AnswerSource {
  readonly transport: Transport;
  readonly at: Circumstances;
  readonly clean: (text: string) => string;
}

export function readBatch(
  requests: readonly SentRequest[],
  reply: Reply,
  { transport, at, clean }: AnswerSource,
): BatchAnswers {
  const { wire } = reply;
  const whole = meaningOf(wire);
  if (whole !== 'accepted') {
    const one = answerOf({
      reply,
      transport,
      at,
      meaning: meaningForItems(whole, wire),
      alone: true,
    });
    const answers = requests.map(() => one);
    return { answers, overLimit: false, refusedAsSuch: isRefusedAsSuch(whole, wire) };
  }
  const items = readItems(requests, reply, clean);
  const httpStatus = transport === 'http' ? { httpStatus: 200 } : {};
  const answers = items.map((item) => {
    if (item === undefined) return untold(reply, transport, at);
    const { retCode, retMsg, row } = item;
    const own: Reply = {
      ...reply,
      wire: { kind: 'reply', retCode, retMsg, ...httpStatus },
      result: row,
    };
    return answerOf({ reply: own, transport, at, meaning: meaningOf(own.wire) });
  });
  return { answers, overLimit: items.some(isOverLimit), refusedAsSuch: false };
}

/** The answer for an order that is given up on before the batch's answer came. */
export function lateAnswer(transport: Transport, at: Circumstances): Answer {
  const wire: WireAnswer = { kind: 'failure', sent: true, reason: 'no answer came in time' };
  return answerOf({
    reply: { wire, sentAt: 0, receivedAt: 0 },
    ...{ transport, at, meaning: 'unknown', alone: true },
  });
}

function untold(reply: Reply, transport: Transport, at: Circumstances): Answer {
  const reason = 'the answer to the batch does not tell what became of this order';
  const own: Reply = { ...reply, wire: { kind: 'failure', sent: true, reason }, result: {} };
  return answerOf({ reply: own, transport, at, meaning: 'unknown', alone: true });
}

function isOverLimit(item: ItemReply | undefined): boolean {
  return item !== undefined && OVER_LIMIT.has(item.retCode);
}

/** What a failed envelope means for each order in it. */
export function meaningForItems(whole: Meaning, wire: WireAnswer): Meaning {
  switch (whole) {
    // A definite refusal of the batch says nothing of a single cancel: that is tried next.
    case 'rejected':
      return 'again';
    case 'unauthorized':
      return wire.kind === 'reply' && wire.retCode === NO_PERMISSION ? 'again' : whole;
    // Codes that are about one order: in an envelope they don't say of which.
    case 'gone':
    case 'transient-once':
    case 'unlisted':
      return 'unknown';
    default:
      return whole;
  }
}

function isRefusedAsSuch(whole: Meaning, wire: WireAnswer): boolean {
  if (wire.kind === 'foreign') return wire.httpStatus === 404 || wire.httpStatus === 405;
  if (wire.kind !== 'reply' || PARAMETERS.has(wire.retCode)) return false;
  const isUnlisted = whole === 'unlisted' && !isTransientText(wire.retMsg);
  return whole === 'rejected' || wire.retCode === NO_PERMISSION || isUnlisted;
}
