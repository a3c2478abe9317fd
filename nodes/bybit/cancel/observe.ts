/**
 * How each observation changes what is known of a cancel. Pure: evidence, an observation and the
 * moment go in, new evidence comes out. Only a final record or a definite refusal proves anything.
 */
import type { Doubt, Evidence, Look, Moment, Observation } from './evidence';
import type { Answer, NotSent } from './exchange-port';
import { endingOf } from './order-record';
import { afterAnswer, afterLook, afterNotSent, afterWait } from './phases';
import type { OrderRecord, SentRequest } from '../model';
import type { Meaning } from '../answers/meaning';

export function observe(e: Evidence, seen: Observation, at: Moment): Evidence {
  switch (seen.kind) {
    case 'started':
      return { ...e, attempts: e.attempts + 1, sentAt: at.now };
    case 'sent':
      return { ...e, underway: true };
    case 'answered':
      return afterAnswer(noteAnswer(e, seen.answer, seen.cutOff, at.now), seen.answer, at.now);
    case 'notSent':
      return afterNotSent(noteNotSent(e, seen.notSent));
    case 'record':
      return noteRecord(e, seen.record, seen.by);
    case 'looked':
      return afterLook(noteLook(e, seen, at.closing), seen, at);
    case 'waited':
      return afterWait(e, seen.ms);
    case 'measured':
      return { ...e, phase: { name: 'sending' } };
  }
}

/** Nothing is known of what these did; of what the others did, their text tells. */
const DOUBT_OF: Readonly<Partial<Record<Meaning, Doubt>>> = {
  accepted: 'lasting',
  unknown: 'lasting',
  transient: 'lasting',
  'transient-once': 'answered',
  throttled: 'answered',
  unlisted: 'answered',
  denied: 'answered',
};

/** Refused before its effect was considered: it keeps its place in line. */
const KEEPS_ITS_PLACE: ReadonlySet<Meaning> = new Set(['rate', 'again', 'clock']);

function noteAnswer(e: Evidence, answer: Answer, cutOff: boolean, now: number): Evidence {
  const { meaning, rateLimit } = answer;
  const doubt = DOUBT_OF[meaning] ?? 'none';
  const accepted = meaning === 'accepted';
  return {
    ...e,
    underway: false,
    // A request that the deadline cut off tells less than the answer before it.
    answer: cutOff && e.answer !== undefined ? e.answer : answer,
    transport: answer.transport,
    retryAt: answer.retryAt,
    alone: answer.alone === true,
    rateLimit: rateLimit ?? e.rateLimit,
    ackAt: e.ackAt ?? (accepted ? now : undefined),
    followed: accepted ? following(e.followed, answer) : e.followed,
    doubt: doubt === 'none' || e.doubt === 'lasting' ? e.doubt : doubt,
    doubtAt: doubt === 'none' ? e.doubtAt : now,
    // It had its turn, and others may not have had theirs yet.
    queuedAt: KEEPS_ITS_PLACE.has(meaning) ? e.queuedAt : now,
  };
}

function noteLook(e: Evidence, { found, since }: Look, closing: boolean): Evidence {
  const openAt = found === 'open' ? since : e.openAt;
  return { ...e, lookedUp: true, lastLook: closing, openAt };
}

function noteNotSent(e: Evidence, { why, retryAt }: NotSent): Evidence {
  return { ...e, underway: false, notSent: why, retryAt };
}

/** The first acknowledgement tells which order was meant. */
function following(request: SentRequest, { orderId }: Answer): SentRequest {
  if (request.orderId !== undefined || orderId === undefined || orderId === '') return request;
  const { category, symbol, ...others } = request;
  return { category, symbol, orderId, ...others };
}

function noteRecord(e: Evidence, record: OrderRecord, by: 'stream' | 'query'): Evidence {
  if (e.settled !== undefined) return e;
  if (endingOf(record) === undefined) return { ...e, open: record };
  // The request that is out may have taken effect too.
  return { ...e, settled: { record, by, byThisMessage: e.doubt !== 'none' || e.underway } };
}
