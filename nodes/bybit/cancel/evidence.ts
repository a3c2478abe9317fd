/**
 * What is known of one cancel, and how each observation changes it. Pure: an observation and the
 * moment go in, new evidence comes out. Only a final record or a definite refusal proves anything.
 */
import { afterAnswer, afterLook, afterNotSent, afterWait, type Phase } from './phases';
import type { CancelRequest, OrderRecord, RateLimit, SentRequest, Transport } from '../model';
import type { Answer, NotSent } from './exchange-port';
import { endingOf } from './order-record';
import type { Meaning } from '../answers/meaning';

/**
 * Whether what was sent can have had an effect that no record has shown yet.
 * `answered`: only by a code that proves nothing; records that stay open settle that it had none.
 * `lasting`: accepted, or never answered; the effect can come at any time.
 */
export type Doubt = 'none' | 'answered' | 'lasting';

/** `refused`: the look-up itself was refused for lack of access. */
export type Found = 'closed' | 'open' | 'none' | 'unreadable' | 'refused';

/** A look-up that has ended. */
export interface Look {
  readonly found: Found;
  /** under any symbol too */
  readonly everywhere: boolean;
  /** ms: when it began; what it read may be as old */
  readonly since: number;
}

export type Observation =
  /** its turn came */
  | { readonly kind: 'started' }
  /** the first byte can have left: from now on it can take effect */
  | { readonly kind: 'sent' }
  | { readonly kind: 'answered'; readonly answer: Answer; readonly cutOff: boolean }
  | { readonly kind: 'notSent'; readonly notSent: NotSent }
  | { readonly kind: 'record'; readonly record: OrderRecord; readonly by: 'stream' | 'query' }
  | ({ readonly kind: 'looked' } & Look)
  | { readonly kind: 'waited'; readonly ms: number }
  | { readonly kind: 'measured' };

/** What the rules may ask about the present. */
export interface Moment {
  /** ms, monotonic */
  readonly now: number;
  /** ms to the deadline */
  readonly remaining: number;
  /** the node closed: nothing new is sent, and one last look-up is made */
  readonly closing: boolean;
  /** the time is over: nothing more is done */
  readonly late: boolean;
  readonly streamUp: boolean;
  /** 0 … 1, for jitter */
  readonly random: number;
}

/** The final record, and whether a send of this message can have brought it about. */
export interface Settlement {
  readonly record: OrderRecord;
  readonly by: 'stream' | 'query';
  readonly ours: boolean;
}

export interface Evidence {
  readonly request: CancelRequest;
  /** as it is sent: by orderId once an acknowledgement has told it, with the record's filter */
  readonly followed: SentRequest;
  readonly confirm: boolean;
  readonly phase: Phase;
  readonly doubt: Doubt;
  /** ms: when the last answer came that proves nothing */
  readonly doubtAt: number;
  /** a request is out that can take effect */
  readonly underway: boolean;
  readonly attempts: number;
  /** ms: when the last send started */
  readonly sentAt: number;
  /** ms: since when it waits in line for its next request */
  readonly queuedAt: number;
  /** ms: the first acknowledgement */
  readonly ackAt: number | undefined;
  /** a batch as a whole failed it: the next send goes without one */
  readonly alone: boolean;
  readonly transport: Transport;
  readonly answer: Answer | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** why the last send did not happen */
  readonly notSent: NotSent['why'] | undefined;
  /** ms, monotonic: when the next turn is likely, by what came of the last send */
  readonly retryAt: number | undefined;
  /** the last record that showed the order open */
  readonly open: OrderRecord | undefined;
  /** ms: when the last look-up began that showed it open */
  readonly openAt: number;
  readonly settled: Settlement | undefined;
  readonly lookedUp: boolean;
  /** the one look-up after the node closed was made */
  readonly lastLook: boolean;
  /** what is done only so many times: by its name, how often it was */
  readonly counts: Readonly<Partial<Record<'once' | 'clock' | 'resent', number>>>;
}

export interface Beginning {
  readonly confirm: boolean;
  readonly transport: Transport;
  /** ms, monotonic */
  readonly now: number;
  /** another request of the same message may have closed it */
  readonly inDoubt?: boolean | undefined;
}

export function beginEvidence(
  request: CancelRequest,
  { confirm, transport, now, inDoubt = false }: Beginning,
): Evidence {
  return {
    request,
    followed: request,
    confirm,
    phase: { name: 'sending' },
    doubt: inDoubt ? 'lasting' : 'none',
    doubtAt: inDoubt ? now : 0,
    underway: false,
    attempts: 0,
    sentAt: now,
    queuedAt: now,
    ackAt: undefined,
    alone: false,
    transport,
    answer: undefined,
    rateLimit: undefined,
    notSent: undefined,
    retryAt: undefined,
    open: undefined,
    openAt: -Infinity,
    settled: undefined,
    lookedUp: false,
    lastLook: false,
    counts: {},
  };
}

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
  return { ...e, settled: { record, by, ours: e.doubt !== 'none' || e.underway } };
}
