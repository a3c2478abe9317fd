/**
 * The exchange's time as far as it is known. The local clock holds until the exchange refuses it:
 * a measured offset is only as good as the round trip it was measured over.
 */
import type { Reply } from '../answers/reply';

/** ms: from here on the difference is worth a word to the flow author. */
const WORTH_A_WARNING = 1000;
/** ms: from here on down it is right again; in between it stays as it was told */
const RIGHT = 500;

export interface Clock {
  /** ms since the epoch, by the exchange's clock as far as known */
  now(): number;
  /** local ms of the last adoption; -Infinity before the first */
  adoptedAt(): number;
  /**
   * Takes over a server time.
   * @param serverTime ms since the epoch
   * @param sentAt,receivedAt local ms between which the server read its clock
   */
  adopt(serverTime: number, sentAt: number, receivedAt: number): void;
}

/** @param inform told that a clock that was warned of is right again */
export function createClock(
  localNow: () => number,
  warn: (text: string) => void,
  inform: (text: string) => void = () => undefined,
): Clock {
  let offset = 0;
  let adoptedAt = -Infinity;
  let warned = false;
  return {
    now: () => Math.round(localNow() + offset),
    adoptedAt: () => adoptedAt,
    adopt(serverTime, sentAt, receivedAt) {
      offset = serverTime - (sentAt + receivedAt) / 2;
      adoptedAt = localNow();
      if (warned && Math.abs(offset) <= RIGHT) {
        warned = false;
        inform("This machine's clock agrees with Bybit's again.");
      }
      if (Math.abs(offset) < WORTH_A_WARNING || warned) return;
      warned = true;
      const seconds = (Math.abs(offset) / 1000).toFixed(1);
      const side = offset > 0 ? 'behind' : 'ahead of';
      warn(
        `This machine's clock is ${seconds} s ${side} Bybit's. Cancels use a corrected time; set the clock (NTP).`,
      );
    },
  };
}

/**
 * The time in an answer (API section market/time): `timeNano` is finer than the envelope's.
 * @returns ms since the epoch
 */
export function serverTimeOf({
  result,
  serverTime,
}: Pick<Reply, 'result' | 'serverTime'>): number | undefined {
  const nano = (result as { timeNano?: unknown } | undefined)?.timeNano;
  const ms = typeof nano === 'string' && /^\d{16,20}$/.test(nano) ? Number(nano) / 1e6 : undefined;
  return ms ?? serverTime;
}
