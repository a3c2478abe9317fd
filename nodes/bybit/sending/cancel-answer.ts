/** From what came back for a cancel to the answer that its rules read. */
import type { Answer } from '../cancel/exchange-port';
import { explain, type Circumstances } from '../answers/explain';
import type { Meaning } from '../answers/meaning';
import type { Transport } from '../model';
import type { Reply } from '../answers/reply';

export interface AnswerOf {
  readonly reply: Reply;
  readonly transport: Transport;
  readonly meaning: Meaning;
  /** who was asked, for words */
  readonly at: Circumstances;
  /** ms, monotonic: when the next turn is likely; of a refusal for the rate */
  readonly retryAt?: number | undefined;
  /** see Answer */
  readonly alone?: boolean;
}

export function answerOf({ reply, transport, meaning, at, retryAt, alone }: AnswerOf): Answer {
  const { wire, rateLimit, sentAt: signedAt } = reply;
  const { retCode, retMsg } = wire.kind === 'reply' ? wire : NO_REPLY;
  const { orderId, orderLinkId } = (reply.result ?? {}) as Record<string, unknown>;
  return {
    meaning,
    explain: () => explain(wire, { ...at, ...aheadOf(reply) }),
    transport,
    signedAt,
    retCode,
    retMsg,
    orderId: typeof orderId === 'string' ? orderId : undefined,
    orderLinkId: typeof orderLinkId === 'string' ? orderLinkId : undefined,
    rateLimit,
    retryAt,
    alone,
  };
}

const NO_REPLY = { retCode: undefined, retMsg: undefined };

/** The answer in place of one that is not asked for. */
export function bannedAnswer(transport: Transport, { host }: Circumstances): Answer {
  return {
    meaning: 'banned',
    explain: () => `${host} has banned this IP address for sending too many requests.`,
    transport,
    signedAt: 0,
  };
}

/** ms that the exchange's clock is ahead of ours, as this answer tells. */
function aheadOf({ serverTime, sentAt, receivedAt }: Reply): { clockAheadMs?: number } {
  return serverTime === undefined ? {} : { clockAheadMs: serverTime - (sentAt + receivedAt) / 2 };
}
