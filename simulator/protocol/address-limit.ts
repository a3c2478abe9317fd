/**
 * HTTP requests per IP address, of all kinds and keys together (API section rate-limit): one too
 * many, and everything is refused with HTTP status 403 for a while.
 */
import type { Clock } from '../clock';

export interface AddressLimit {
  /** default 600 */
  readonly requests?: number;
  /** ms in which they count; default 5000 */
  readonly windowMs?: number;
  /** ms; default 600,000 */
  readonly banMs?: number;
}

export class AddressLimiter {
  private readonly recent = new Map<string, number[]>();
  private readonly bannedUntil = new Map<string, number>();

  /** @param limit without one nobody is ever refused */
  constructor(
    private readonly clock: Clock,
    private readonly limit: AddressLimit | undefined,
  ) {}

  /** Counts one request. @returns whether it is refused */
  refuses(ip: string): boolean {
    if (this.limit === undefined) return false;
    const { requests = 600, windowMs = 5000, banMs = 600_000 } = this.limit;
    const now = this.clock.local();
    if (now < (this.bannedUntil.get(ip) ?? 0)) return true;
    const recent = (this.recent.get(ip) ?? []).filter((at) => at > now - windowMs);
    recent.push(now);
    this.recent.set(ip, recent);
    if (recent.length <= requests) return false;
    this.bannedUntil.set(ip, now + banMs);
    return true;
  }
}
