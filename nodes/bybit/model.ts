/**
 * The vocabulary: what is asked for (CancelRequest), what the exchange has on record (OrderRecord)
 * and what became of it (Outcome). Pure data, shared by the exchange and the nodes.
 */

export const CATEGORIES = ['linear', 'inverse', 'spot', 'option'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Spot only, API section order/cancel-order. */
export const ORDER_FILTERS = ['Order', 'tpslOrder', 'StopOrder'] as const;
export type OrderFilter = (typeof ORDER_FILTERS)[number];

export type Environment = 'mainnet' | 'testnet' | 'demo' | 'custom';
export type Transport = 'http' | 'websocket';

/** A checked request: at least one of the two ids is there. Field names are those of the API. */
export interface CancelRequest {
  readonly category: Category;
  readonly symbol: string;
  readonly orderId?: string;
  readonly orderLinkId?: string;
  readonly orderFilter?: OrderFilter;
}

/** What an order's record can name, beyond what a message may give (enum/stopordertype). */
export type SentFilter = OrderFilter | 'OcoOrder' | 'BidirectionalTpslOrder';

/** The request as it is sent: with the filter of the order's record where the message gave none. */
export type SentRequest = Omit<CancelRequest, 'orderFilter'> & {
  readonly orderFilter?: SentFilter;
};

export const KINDS = ['entries', 'conditional', 'all'] as const;
export type Kinds = (typeof KINDS)[number];
/** What one order is for. */
export type Kind = 'entry' | 'conditional' | 'protection';

export const SIDES = ['Buy', 'Sell'] as const;
export type Side = (typeof SIDES)[number];

/** Every symbol of the category. */
export const EVERY_SYMBOL = '*';

/** Which open orders are meant. All that is given narrows, together. */
export interface Scope {
  readonly category: Category;
  /** one symbol, or `*` for every one; at least one of symbol, baseCoin and settleCoin is given */
  readonly symbol?: string;
  readonly baseCoin?: string;
  readonly settleCoin?: string;
  /** the symbols that the account keeps to; absent: all */
  readonly among?: readonly string[];
  readonly kinds: Kinds;
  readonly side?: Side;
  /** own ids that begin so */
  readonly orderLinkIdPrefix?: string;
  /** ms since the epoch: orders placed before it */
  readonly placedBefore?: number;
}

export const WHICH = ['snapshot', 'until-empty'] as const;
/** The orders placed before the message came, or those placed meanwhile too. */
export type Which = (typeof WHICH)[number];

/** Why an open order of a scope's place was left. */
export type SparedBy = 'symbol' | 'protection' | 'kind' | 'side' | 'prefix' | 'newer';

/** An order as the exchange tells it (API sections order/open-order and websocket/private/order). */
export interface OrderRecord {
  readonly orderId: string;
  readonly orderLinkId: string;
  readonly symbol: string;
  readonly orderStatus: string;
  readonly category?: string;
  readonly cumExecQty?: string;
  readonly avgPrice?: string;
  /** ms since the epoch, as a string. */
  readonly updatedTime?: string;
  readonly [field: string]: unknown;
}

export const SUCCESSES = ['cancelled', 'already-cancelled', 'accepted'] as const;
export type Success = (typeof SUCCESSES)[number];

/** Each outcome with its HTTP-like status code, for `msg.statusCode`. */
export const STATUS_CODES = {
  cancelled: 200,
  'already-cancelled': 200,
  accepted: 202,
  'invalid-request': 400,
  'not-configured': 500,
  unauthorized: 403,
  'not-found': 404,
  filled: 409,
  rejected: 422,
  'rate-limited': 429,
  unavailable: 503,
  unconfirmed: 504,
} as const;
export type OutcomeCode = keyof typeof STATUS_CODES;

/** The limit that the exchange's last answer told of (response headers X-Bapi-Limit…). */
export interface RateLimit {
  /** requests per second */
  readonly limit: number;
  /** requests left in the current second */
  readonly remaining: number;
  /** ms since the epoch, the exchange's clock */
  readonly resetAt: number;
}

export interface Timing {
  /** ms since the epoch, this machine's clock */
  readonly startedAt: number;
  /** ms from the start to the first acknowledgement */
  readonly ackMs?: number;
  /** ms from the start to the outcome */
  readonly totalMs: number;
}

/** What became of one cancel. Every request that is let through the door gets exactly one. */
export interface Outcome {
  readonly outcome: OutcomeCode;
  /** One or two sentences for a person: what is the case and, where there is one, what to do. */
  readonly message: string;
  /**
   * ms from now until sending it again is worth a try, where that is known: the end of a ban, or the
   * next turn under the rate limit
   */
  readonly retryAfterMs?: number;
  readonly environment: Environment;
  readonly transport: Transport;
  readonly category: Category;
  readonly symbol: string;
  readonly orderId?: string;
  readonly orderLinkId?: string;
  /** The filter that the cancel was sent with. */
  readonly orderFilter?: SentFilter;
  /** The exchange's record, as it came. */
  readonly order?: OrderRecord;
  readonly confirmedBy?: 'stream' | 'query';
  readonly retCode?: number;
  readonly retMsg?: string;
  /** How many times the cancel was sent. */
  readonly attempts: number;
  readonly timing: Timing;
  readonly rateLimit?: RateLimit;
}

/** An order that is not found may be known to records that lag, or be placed a moment later. */
const RETRYABLE: ReadonlySet<OutcomeCode> = new Set([
  'rate-limited',
  'unavailable',
  'unconfirmed',
  'not-found',
]);

/** Whether sending the same message again later can lead to another outcome, with nothing mended. */
export function isRetryable(code: OutcomeCode): boolean {
  return RETRYABLE.has(code);
}

/** Between cancels: whether the next one would work. */
export const HEALTH_CODES = [
  'ready',
  'connecting',
  'stream-down',
  'entry-down',
  'key-expiring',
  'unreachable',
  'key-refused',
  'key-expired',
  'read-only',
  'not-configured',
] as const;
export type HealthCode = (typeof HEALTH_CODES)[number];

export interface Health {
  readonly code: HealthCode;
  /** with `key-expiring`: days left, the begun one included */
  readonly daysLeft?: number;
}

/** ms */
export const DAY = 24 * 60 * 60 * 1000;
/** ms: a key that ends within this time is reported */
export const ENDS_SOON = 14 * DAY;

/** Begun days to the end of a key: the last one is 1. @param endsInMs ms */
export function daysLeft(endsInMs: number): number {
  return Math.max(0, Math.ceil(endsInMs / DAY));
}
