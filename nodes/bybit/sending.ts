/**
 * Sends of a cancel, each in its turn: over the order entry where it is up, else over REST, and what
 * its answer means to the rules.
 */
import { explain, type Circumstances } from './explain';
import type { Pacing } from './limits';
import type { OrderEntry } from './order-entry';
import type { SentRequest, Transport } from './outcome';
import type { Answer, Ports } from './ports';
import type { Rest, RestAnswer } from './rest';
import type { Meaning } from './ret-codes';
import type { Signal } from './signal';

/** ms: an answer that takes longer is looked for in the records */
export const CANCEL_LIMIT = 2000;

export interface Ways {
  readonly ask: Rest;
  /** missing where cancels go over REST alone */
  readonly entry: OrderEntry | undefined;
  readonly pacing: Pacing;
  /** who is asked, for words */
  readonly at: Readonly<Record<Transport, Circumstances>>;
}

export function createSending({ ask, entry, pacing, at }: Ways): Ports['send'] {
  const { pacers, read } = pacing;
  return async (request, { seniority, dueAt, waits, wire, onStart, onSent }) => {
    const pacer = pacers[request.category === 'spot' ? 'spot' : 'other'];
    const turn =
      (waits.aborted ? undefined : pacer.atOnce(dueAt)) ??
      (await pacer.turn(seniority, waits, dueAt));
    if (!turn.granted) return turn.why === 'banned' ? shutOut('http', at.http) : { why: turn.why };
    onStart();
    const { sent, transport } = sendCancel(request, ask, entry, { signal: wire, onSent });
    const answer = await sent;
    return readSent(answer, transport, read(pacer, turn, answer), at[transport]);
  };
}

/** A cancel that is on its way. */
interface SentCancel {
  readonly sent: Promise<RestAnswer>;
  readonly transport: Transport;
}

interface Departure {
  /** ends the request */
  readonly signal: Signal;
  /** called when the first byte can have left */
  readonly onSent: () => void;
}

/** API section order/cancel-order. The order entry is never waited for. */
function sendCancel(
  request: SentRequest,
  ask: Rest,
  entry: OrderEntry | undefined,
  { signal, onSent }: Departure,
): SentCancel {
  const fields = { ...request };
  const overSocket = entry?.cancel(fields, signal);
  if (overSocket !== undefined) {
    onSent();
    return { sent: overSocket, transport: 'websocket' };
  }
  const path = '/v5/order/cancel';
  const sent = ask({ method: 'POST', path, fields, limitMs: CANCEL_LIMIT, signal, onSent });
  return { sent, transport: 'http' };
}

/** @param at who was asked */
function readSent(
  answer: RestAnswer,
  transport: Transport,
  meaning: Meaning,
  at: Circumstances,
): Answer {
  const { wire, rateLimit, sentAt: signedAt } = answer;
  const { retCode, retMsg } = wire.kind === 'reply' ? wire : NO_REPLY;
  const { orderId, orderLinkId } = (answer.result ?? {}) as Record<string, unknown>;
  return {
    meaning,
    explain: () => explain(wire, { ...at, ...aheadOf(answer) }),
    transport,
    signedAt,
    retCode,
    retMsg,
    orderId: typeof orderId === 'string' ? orderId : undefined,
    orderLinkId: typeof orderLinkId === 'string' ? orderLinkId : undefined,
    rateLimit,
  };
}

const NO_REPLY = { retCode: undefined, retMsg: undefined };

/** The answer in place of one that is not asked for. */
function shutOut(transport: Transport, { host }: Circumstances): Answer {
  return {
    meaning: 'banned',
    explain: () =>
      `${host} has shut out this IP address for too many requests: nothing is sent for ten minutes.`,
    transport,
    signedAt: 0,
  };
}

/** ms that the exchange's clock is ahead of ours, as this answer tells. */
function aheadOf({ serverTime, sentAt, receivedAt }: RestAnswer): { clockAheadMs?: number } {
  return serverTime === undefined ? {} : { clockAheadMs: serverTime - (sentAt + receivedAt) / 2 };
}
