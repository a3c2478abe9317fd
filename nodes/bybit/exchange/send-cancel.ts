/**
 * Sends of a cancel, each in its turn: over the order entry where it is up, else over REST, and what
 * its answer means to the rules.
 */
import { explain, type Circumstances } from '../answers/explain';
import type { Pacing } from '../limits/limits';
import type { OrderEntry } from './order-entry';
import type { SentRequest, Transport } from '../model';
import type { Answer, ExchangePort } from '../cancel/exchange-port';
import type { Rest, RestAnswer } from '../wire/http';
import type { Meaning } from '../answers/meaning';
import type { Signal } from '../time/abort';

/** ms: an answer that takes longer is looked for in the records */
export const CANCEL_LIMIT = 2000;

export interface SendCancelOptions {
  readonly ask: Rest;
  /** missing where cancels go over REST alone */
  readonly entry: OrderEntry | undefined;
  readonly pacing: Pacing;
  /** who is asked, for words */
  readonly at: Readonly<Record<Transport, Circumstances>>;
}

export function createSendCancel({
  ask,
  entry,
  pacing,
  at,
}: SendCancelOptions): ExchangePort['send'] {
  const { pacers, read } = pacing;
  return async (request, { queuedAt, dueAt, untilStop, untilCutOff, onStart, onSent }) => {
    const pacer = pacers[request.category === 'spot' ? 'spot' : 'other'];
    for (;;) {
      const turn =
        (untilStop.aborted ? undefined : pacer.atOnce(dueAt)) ??
        (await pacer.turn(queuedAt, untilStop, dueAt));
      if (!turn.granted) {
        if (turn.why === 'banned') return shutOut('http', at.http);
        return { why: turn.why, retryAt: turn.retryAt };
      }
      const departure = { signal: untilCutOff, onStart, onSent, http: turn.http };
      const departed = sendCancel(request, ask, entry, departure);
      if (departed === undefined) {
        turn.learn(undefined, undefined, 'unsent');
        continue;
      }
      const { sent, transport } = departed;
      const answer = await sent;
      const meaning = read(pacer, turn, answer, transport);
      const retryAt = meaning === 'rate' ? pacer.freeAt() : undefined;
      return readSent(answer, transport, { meaning, retryAt }, at[transport]);
    }
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
  /** called when it is sent */
  readonly onStart: () => void;
  /** called when the first byte can have left */
  readonly onSent: () => void;
  /** whether it may go over HTTP */
  readonly http: boolean;
}

/**
 * API section order/cancel-order. The order entry is never waited for.
 * @returns undefined when nothing was sent: the order entry has just gone, and HTTP takes another turn
 */
function sendCancel(
  request: SentRequest,
  ask: Rest,
  entry: OrderEntry | undefined,
  { signal, onStart, onSent, http }: Departure,
): SentCancel | undefined {
  const fields = { ...request };
  const overSocket = entry?.cancel(fields, signal);
  if (overSocket !== undefined) {
    onStart();
    onSent();
    return { sent: overSocket, transport: 'websocket' };
  }
  if (!http) return undefined;
  onStart();
  const path = '/v5/order/cancel';
  const sent = ask({ method: 'POST', path, fields, limitMs: CANCEL_LIMIT, signal, onSent });
  return { sent, transport: 'http' };
}

/** @param at who was asked */
function readSent(
  answer: RestAnswer,
  transport: Transport,
  { meaning, retryAt }: { meaning: Meaning; retryAt: number | undefined },
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
    retryAt,
  };
}

const NO_REPLY = { retCode: undefined, retMsg: undefined };

/** The answer in place of one that is not asked for. */
function shutOut(transport: Transport, { host }: Circumstances): Answer {
  return {
    meaning: 'banned',
    explain: () => `${host} has banned this IP address for sending too many requests.`,
    transport,
    signedAt: 0,
  };
}

/** ms that the exchange's clock is ahead of ours, as this answer tells. */
function aheadOf({ serverTime, sentAt, receivedAt }: RestAnswer): { clockAheadMs?: number } {
  return serverTime === undefined ? {} : { clockAheadMs: serverTime - (sentAt + receivedAt) / 2 };
}
