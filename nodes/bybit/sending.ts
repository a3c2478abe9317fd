/**
 * One send of a cancel: over the order entry where it is up, else over REST, and what its answer
 * means to the rules.
 */
import { explain, type Circumstances } from './explain';
import type { OrderEntry } from './order-entry';
import type { CancelRequest, Transport } from './outcome';
import type { Answer } from './ports';
import type { Rest, RestAnswer } from './rest';
import type { Meaning } from './ret-codes';
import type { Signal } from './signal';

/** ms: an answer that takes longer is looked for in the records */
export const CANCEL_LIMIT = 2000;

/** A cancel that is on its way. */
export interface SentCancel {
  readonly answer: Promise<RestAnswer>;
  readonly transport: Transport;
}

export interface Departure {
  /** ends the request */
  readonly signal: Signal;
  /** called when the first byte can have left */
  readonly onSent: () => void;
}

/** Sends one cancel (API section order/cancel-order). The order entry is never waited for. */
export function sendCancel(
  request: CancelRequest,
  rest: Rest,
  orderEntry: OrderEntry | undefined,
  { signal, onSent }: Departure,
): SentCancel {
  const fields = { ...request };
  const overSocket = orderEntry?.cancel(fields, signal);
  if (overSocket !== undefined) {
    onSent();
    return { answer: overSocket, transport: 'websocket' };
  }
  const path = '/v5/order/cancel';
  const answer = rest({ method: 'POST', path, fields, limitMs: CANCEL_LIMIT, signal, onSent });
  return { answer, transport: 'http' };
}

/** @param at who was asked */
export function readSent(
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
export function shutOut(transport: Transport, { host }: Circumstances): Answer {
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
