/**
 * How much of a rate limit is in use: by our own count of the rolling second, and by what the
 * exchange says is left. A request counts from when it arrived, by the exchange's own stamps.
 */
import type { RateLimit } from '../model';
import { createRecent, SortedTimes } from './sorted-times';
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

export class RollingWindow {
  private ourLimit: number;
  /** As long as its answer is out, nobody knows since when a request counts. */
  private inFlight = 0;
  /** when those that were answered stop counting */
  private readonly ends = new SortedTimes();
  /** when those of the last second stopped counting */
  private readonly ended = new SortedTimes();
  private readonly stamped = createStamps();
  private readonly trips = createRoundTrips();
  /** since when requests are out and no answer came */
  private silentSince = Infinity;
  /** What the exchange's last answer leaves us: less than our own count, when others use it too. */
  private left = Infinity;
  private leftUntil = 0;

  constructor(
    documentedLimit: number,
    private readonly time: Time,
    private readonly share: number,
  ) {
    this.ourLimit = this.ourShare(documentedLimit);
  }

  /** requests per second, as far as they are ours */
  limit(): number {
    return this.ourLimit;
  }

  /** How much may go now. */
  room(now: number): number {
    this.expire(now);
    return Math.max(0, Math.min(this.ourLimit - this.used(), this.left));
  }

  /** ms: when the next request may go; at most `now` when it may go now */
  freeAt(now: number): number {
    this.expire(now);
    const used = this.used();
    // Those in flight count beyond all others.
    if (used >= this.ourLimit) return this.ends.at(used - this.ourLimit);
    return this.left > 0 ? now : Math.min(this.ends.at(0), this.leftUntil);
  }

  /** Whether the exchange does not answer: requests are out, and an answer is long due. */
  isUnanswered(now: number): boolean {
    return now - this.silentSince >= Math.max(OVERDUE, this.trips.usual(now) * OVERDUE_TRIPS);
  }

  /** ms that a request and its answer take of late */
  usualTrip(now: number): number {
    return this.trips.usual(now);
  }

  /**
   * A request goes.
   * @returns to be called once, when its answer came or won't
   */
  use(sentAt: number): Learn {
    // What was lost before a pause tells nothing of the exchange as it is now.
    if (this.used() === 0) this.silentSince = sentAt;
    else this.silentSince = Math.min(this.silentSince, sentAt);
    this.inFlight += 1;
    this.left -= 1;
    return (told, serverTime, heard = serverTime !== undefined, more) => {
      const now = this.time.now();
      this.inFlight -= 1 + more;
      const counted = this.countedFrom(sentAt, serverTime, now);
      const until = counted + WINDOW + MARGIN;
      for (let i = 0; i <= more; i += 1) this.ends.add(until);
      if (serverTime !== undefined) this.trips.add(now - sentAt, now);
      if (heard) this.silentSince = this.inFlight > 0 ? now : Infinity;
      if (told !== undefined) this.believe(told, counted, now);
    };
  }

  /** The request that goes counts for so many more: a batch counts each order. */
  extend(more: number): void {
    this.inFlight += more;
    this.left -= more;
  }

  private used(): number {
    return this.inFlight + this.ends.count();
  }

  private ourShare(allowed: number): number {
    return Math.max(1, Math.floor(allowed * this.share));
  }

  /** @returns ms: since when an answered request counts */
  private countedFrom(sentAt: number, serverTime: number | undefined, now: number): number {
    const stamp =
      serverTime === undefined ? now : this.stamped(sentAt, serverTime, now, this.ourLimit);
    // Between sending and answer, whatever a clock that was set makes of the stamps.
    return Math.max(sentAt, Math.min(now, stamp));
  }

  /** @param counted ms: when the exchange said so */
  private believe(told: RateLimit, counted: number, now: number): void {
    this.expire(now);
    this.ourLimit = this.ourShare(told.limit);
    // What is still under way takes from what the answer says is left; what has stopped counting
    // since it was made adds to it.
    this.left = told.remaining - this.inFlight + this.ended.countAfter(counted);
    this.leftUntil = now + WINDOW + MARGIN;
  }

  private expire(now: number): void {
    this.ends.dropUntil(now, this.stopCounting);
    this.ended.dropUntil(now - WINDOW);
    if (now >= this.leftUntil) this.left = Infinity;
  }

  private readonly stopCounting = (end: number): void => {
    this.ended.add(end);
    this.left += 1;
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
