/** Requests or orders per rolling second, by UID and group (API section rate-limit). */
import type { Clock } from '../clock';

export interface Limits {
  /** create and cancel, each, of spot orders */
  spot: number;
  /** create and cancel, each, of all other orders */
  other: number;
  /** each of the queries */
  query: number;
  /** orders in batches of linear and inverse, together */
  batch: number;
  /** orders in batches of spot */
  batchSpot: number;
  /** batches of option, however many orders each has */
  batchOption: number;
  /** order/cancel-all of linear and inverse, together */
  cancelAll: number;
  cancelAllSpot: number;
  cancelAllOption: number;
}

export const DEFAULT_LIMITS: Limits = {
  spot: 20,
  other: 10,
  query: 50,
  batch: 10,
  batchSpot: 20,
  batchOption: 10,
  cancelAll: 10,
  cancelAllSpot: 20,
  cancelAllOption: 1,
};

export type LimitClass = keyof Limits;

/** As the headers X-Bapi-Limit… tell it. */
export interface LimitState {
  readonly limit: number;
  readonly left: number;
  /** ms since the epoch, the exchange's clock */
  readonly resetAt: number;
  readonly exceeded: boolean;
}

export interface Visit extends LimitState {
  /** how many of those asked for were within the limit */
  readonly granted: number;
}

const WINDOW_MS = 1000;

export class RateLimiter {
  private readonly visits = new Map<string, number[]>();

  constructor(
    private readonly clock: Clock,
    readonly limits: Limits,
  ) {}

  /** Counts one request, or so many orders, but for those that are too many. */
  visit(uid: string, operation: string, limitClass: LimitClass, count = 1): Visit {
    const limit = this.limits[limitClass];
    const now = this.clock.local();
    const group = `${uid} ${operation} ${limitClass}`;
    const recent = (this.visits.get(group) ?? []).filter((at) => at > now - WINDOW_MS);
    const open = Math.max(0, limit - recent.length);
    const granted = Math.min(count, open);
    for (let counted = 0; counted < granted; counted += 1) recent.push(now);
    const exceeded = granted < count;
    this.visits.set(group, recent);
    const waitMs = exceeded ? (recent.at(-limit) ?? now) + WINDOW_MS - now : 0;
    const resetAt = this.clock.server() + waitMs;
    return { limit, left: open - granted, resetAt, exceeded, granted };
  }
}

export const limitHeaders = (state: LimitState): Record<string, string> => ({
  'X-Bapi-Limit': String(state.limit),
  'X-Bapi-Limit-Status': String(state.left),
  'X-Bapi-Limit-Reset-Timestamp': String(state.resetAt),
});
