/** Requests per rolling second, by UID and group (API section rate-limit). */
import type { Clock } from './clock';

export interface Limits {
  /** create and cancel, each, of spot orders */
  spot: number;
  /** create and cancel, each, of all other orders */
  other: number;
  /** each of the queries */
  query: number;
}

export const DEFAULT_LIMITS: Limits = { spot: 20, other: 10, query: 50 };

export type LimitClass = keyof Limits;

/** As the headers X-Bapi-Limit… tell it. */
export interface LimitState {
  readonly limit: number;
  readonly left: number;
  /** ms since the epoch, the exchange's clock */
  readonly resetAt: number;
  readonly exceeded: boolean;
}

const WINDOW_MS = 1000;

export class RateLimiter {
  private readonly visits = new Map<string, number[]>();

  constructor(
    private readonly clock: Clock,
    readonly limits: Limits,
  ) {}

  /** Counts one request, unless it is one too many. */
  visit(uid: string, operation: string, limitClass: LimitClass): LimitState {
    const limit = this.limits[limitClass];
    const now = this.clock.local();
    const group = `${uid} ${operation} ${limitClass}`;
    const recent = (this.visits.get(group) ?? []).filter((at) => at > now - WINDOW_MS);
    const exceeded = recent.length >= limit;
    if (!exceeded) recent.push(now);
    this.visits.set(group, recent);
    const waitMs = exceeded ? (recent.at(-limit) ?? now) + WINDOW_MS - now : 0;
    const resetAt = this.clock.server() + waitMs;
    return { limit, left: Math.max(0, limit - recent.length), resetAt, exceeded };
  }
}

export const limitHeaders = (state: LimitState): Record<string, string> => ({
  'X-Bapi-Limit': String(state.limit),
  'X-Bapi-Limit-Status': String(state.left),
  'X-Bapi-Limit-Reset-Timestamp': String(state.resetAt),
});
