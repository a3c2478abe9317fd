/**
 * How much of a rate limit is in use: by our own count of the rolling second, and by what the
 * exchange says is left. A request counts from when it arrived, by the exchange's own stamps.
 */
import type { RateLimit } from '../model';
import { createSortedTimes, createRecent } from './sorted-times';
import { createRoundTrips } from './round-trips';
import type { Time } from '../time/time';

/** ms in which the limit counts */
export const WINDOW = 1000;
/** ms: for what is finer than the exchange's stamps */
const MARGIN = 5;
/** ms, and times the usual round trip: from then on an answer is long due */
const OVERDUE = 500;
const OVERDUE_TRIPS = 3;
/** how many answers tell the shortest way to the exchange, at most */
const WAYS = 100;
/** times the limit: the first requests open their connections on the way, and tell little */
const ENOUGH_WAYS = 1.5;
/** share of the shortest way there and back by which another may be shorter still */
const SPREAD = 0.1;

export interface RollingWindow {
  /** requests per second, as far as they are ours */
  limit(): number;
  /** ms: when the next request may go; at most `now` when it may go now */
  freeAt(now: number): number;
  /** Whether the exchange does not answer: requests are out, and an answer is long due. */
  isUnanswered(now: number): boolean;
  /** ms that a request and its answer take of late */
  usualTrip(now: number): number;
  /** How much may go now. */
  room(now: number): number;
  /**
   * A request goes.
   * @returns to be called once, when its answer came or won't
   */
  use(now: number): Learn;
  /** The request that goes counts for so many more: a batch counts each order. */
  extend(more: number): void;
}

/**
 * @param heard the exchange answered
 * @param more that the request was extended by
 */
type Learn = (
  told: RateLimit | undefined,
  serverTime: number | undefined,
  heard: boolean | undefined,
  more: number,
) => void;

export function createRollingWindow(
  documentedLimit: number,
  time: Time,
  share: number,
): RollingWindow {
  const ourShare = (allowed: number) => Math.max(1, Math.floor(allowed * share));
  let limit = ourShare(documentedLimit);
  /** when those that were answered stop counting */
  const ends = createSortedTimes();
  /** when those of the last second stopped counting */
  const ended = createSortedTimes();
  const stamped = createStamps();
  /** As long as its answer is out, nobody knows since when a request counts. */
  let inFlight = 0;
  const trips = createRoundTrips();
  /** since when requests are out and no answer came */
  let silentSince = Infinity;
  /** What the exchange's last answer leaves us: less than our own count, when others use it too. */
  let left = Infinity;
  let leftUntil = 0;

  const expire = (now: number) => {
    for (let end = ends.first(); end <= now; end = ends.first()) {
      ends.dropFirst();
      ended.add(end);
      left += 1;
    }
    ended.dropUntil(now - WINDOW);
    if (now >= leftUntil) left = Infinity;
  };

  return {
    limit: () => limit,
    room(now) {
      expire(now);
      return Math.max(0, Math.min(limit - inFlight - ends.count(), left));
    },
    extend(more) {
      inFlight += more;
      left -= more;
    },
    freeAt(now) {
      expire(now);
      const used = inFlight + ends.count();
      // Those in flight count beyond all others.
      if (used >= limit) return ends.at(used - limit);
      return left > 0 ? now : Math.min(ends.first(), leftUntil);
    },
    isUnanswered: (now) => now - silentSince >= Math.max(OVERDUE, trips.usual(now) * OVERDUE_TRIPS),
    usualTrip: (now) => trips.usual(now),
    use(sentAt) {
      // What was lost before a pause tells nothing of the exchange as it is now.
      if (inFlight + ends.count() === 0) silentSince = sentAt;
      else silentSince = Math.min(silentSince, sentAt);
      inFlight += 1;
      left -= 1;
      return (told, serverTime, heard = serverTime !== undefined, more) => {
        const now = time.now();
        inFlight -= 1 + more;
        // Between sending and answer, whatever a clock that was set makes of the stamps.
        const stamp = serverTime === undefined ? now : stamped(sentAt, serverTime, now, limit);
        const counted = Math.max(sentAt, Math.min(now, stamp));
        const until = counted + WINDOW + MARGIN;
        for (let i = 0; i <= more; i += 1) ends.add(until);
        if (serverTime !== undefined) trips.add(now - sentAt, now);
        if (heard) silentSince = inFlight > 0 ? now : Infinity;
        if (told === undefined) return;
        expire(now);
        limit = ourShare(told.limit);
        // What is still under way takes from what the answer says is left; what has stopped
        // counting since it was made adds to it.
        left = told.remaining - inFlight + ended.countAfter(counted);
        leftUntil = now + WINDOW + MARGIN;
      };
    },
  };
}

/**
 * When the exchange made its stamp, by our own clock, less the way that the next request will take:
 * the limit refuses what arrives early. The clocks need not agree. What is known of them is only
 * that a stamp was made after its request left and before its answer came; the shortest ways of the
 * last answers tell the most. Until enough are known nothing is taken off for the way.
 */
function createStamps(): (
  sentAt: number,
  stamp: number,
  receivedAt: number,
  limit: number,
) => number {
  const toExchange = createRecent(WAYS + 1);
  const fromExchange = createRecent(WAYS + 1);
  return (sentAt, stamp, receivedAt, limit) => {
    toExchange.add(stamp - sentAt);
    fromExchange.add(stamp - receivedAt);
    const least = fromExchange.most();
    if (fromExchange.count() < Math.min(ENOUGH_WAYS * limit, WAYS)) return stamp - least;
    const most = toExchange.least();
    return stamp - most + (most - least) * SPREAD;
  };
}
