/**
 * What came back for a request, over HTTP or the order entry: the API's envelope (retCode, retMsg,
 * result, time) with the limit headers, or something that is none, since gateways answer HTML, nothing
 * or half a body, also with HTTP 200; or no answer at all.
 */
import type { RateLimit } from '../model';
import type { WireAnswer } from './meaning';

/** An HTTP response whose body came whole. */
export interface HttpResponse {
  readonly statusCode: number;
  /** names in lower case */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Reply {
  readonly wire: WireAnswer;
  /** the envelope's `result`, of a reply in an envelope alone */
  readonly result?: unknown;
  /** the envelope's `retExtInfo`, of such a reply alone: a batch has a code for each item there */
  readonly retExtInfo?: unknown;
  /** ms, the exchange's clock: the envelope's `time` */
  readonly serverTime?: number | undefined;
  readonly rateLimit?: RateLimit | undefined;
  /** ms, this machine's clock */
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** When a request was sent and its answer came. */
export type Times = Pick<Reply, 'sentAt' | 'receivedAt'>;

/** @param clean hides secrets in the exchange's own text */
export function readReply(
  { statusCode, headers, body }: HttpResponse,
  { sentAt, receivedAt }: Times,
  clean: (text: string) => string,
): Reply {
  const envelope = parseEnvelope(body);
  const rateLimit = readLimit(headers, IN_LOWER_CASE);
  if (envelope === undefined) {
    const wire: WireAnswer = {
      kind: 'foreign',
      httpStatus: statusCode,
      looks: looksLike(body),
      text: clean(body.slice(0, 500)),
    };
    return { wire, rateLimit, sentAt, receivedAt };
  }
  const { retCode, retMsg, result, retExtInfo, time } = envelope;
  const wire: WireAnswer = {
    kind: 'reply',
    retCode,
    retMsg: readRetMsg(retMsg, clean),
    httpStatus: statusCode,
  };
  const serverTime = typeof time === 'number' && Number.isFinite(time) ? time : undefined;
  return { wire, result, retExtInfo, serverTime, rateLimit, sentAt, receivedAt };
}

interface Envelope {
  readonly retCode: number;
  readonly retMsg?: unknown;
  readonly result?: unknown;
  readonly retExtInfo?: unknown;
  readonly time?: unknown;
}

function parseEnvelope(body: string): Envelope | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const envelope = parsed as Partial<Envelope>;
  return Number.isInteger(envelope.retCode) ? (envelope as Envelope) : undefined;
}

function looksLike(body: string): string {
  const text = body.trim();
  if (text === '') return 'an empty body';
  if (/^<(!doctype|html|head|\?xml)/i.test(text)) return 'an HTML page';
  if (/^[[{]/.test(text)) return 'JSON that is cut off or foreign';
  return 'text that is not JSON';
}

/** The exchange's own text. Nearly always a plain OK, which hides nothing. */
export function readRetMsg(retMsg: unknown, clean: (text: string) => string): string {
  if (retMsg === 'OK') return retMsg;
  return clean(typeof retMsg === 'string' ? retMsg : '');
}

/** The headers that tell the limit, as they are documented. */
export const AS_DOCUMENTED = {
  limit: 'X-Bapi-Limit',
  remaining: 'X-Bapi-Limit-Status',
  resetAt: 'X-Bapi-Limit-Reset-Timestamp',
} as const;
const IN_LOWER_CASE = {
  limit: 'x-bapi-limit',
  remaining: 'x-bapi-limit-status',
  resetAt: 'x-bapi-limit-reset-timestamp',
} as const;

/** @param names under which the headers are found */
export function readLimit(
  headers: Readonly<Record<string, unknown>>,
  names: Readonly<Record<keyof typeof AS_DOCUMENTED, string>>,
): RateLimit | undefined {
  const limit = wholeNumber(headers[names.limit]);
  const remaining = wholeNumber(headers[names.remaining]);
  if (limit === undefined || limit === 0 || remaining === undefined) return undefined;
  return { limit, remaining, resetAt: wholeNumber(headers[names.resetAt]) ?? 0 };
}

/** digits of the longest number that is exact in any case */
const EXACT = 15;

/** Reads a text of plain digits. Without a pattern: each answer has four such numbers. */
export function wholeNumber(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const digits = text.trim();
  if (digits === '' || digits.length > EXACT) return undefined;
  let value = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}
