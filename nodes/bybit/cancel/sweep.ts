/**
 * Cancels every open order of a scope: lists what is open, cancels what matches, and lists again until
 * two complete listings and the order stream agree that nothing is left. An acknowledgement proves
 * nothing here either, and no order is cancelled that its own record does not match.
 */
import { Deadline } from './deadline';
import { Matching, type Spared } from './matching';
import { endingOf } from './order-record';
import type { PursuitOptions } from './pursuit';
import { isOfSymbol, isWholeSymbol } from './scope';
import type { Listing, SweepPort } from './sweep-port';
import { Targets } from './targets';
import type { OrderRecord, Outcome, Scope, Which } from '../model';
import { AbortSource } from '../time/abort';
import { sleep } from '../time/time';

/** ms between the two listings that prove it, at least */
const BETWEEN_PROOFS = 400;
/** ms from one listing to the next while cancels are under way */
const LOOK_AGAIN = 1000;
/** ms: a listing may lag behind the stream that told of an order */
const SHORTEST = 50;
/** ms before a listing that failed is tried again */
const PAUSE = 250;

export interface SweepOptions extends Omit<PursuitOptions, 'confirm' | 'onRequest'> {
  readonly which: Which;
  /** if more orders match, nothing is sent */
  readonly atMost?: number | undefined;
  /** finds out which orders it would cancel; sends nothing */
  readonly dryRun: boolean;
  /** called whenever more is known: orders that have their outcome, and orders in all */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface SweepOutcome {
  /** of each order that matched, in the order in which the exchange lists them */
  readonly outcomes: readonly Outcome[];
  /** `dryRun`: those that would be cancelled */
  readonly wouldCancel: readonly OrderRecord[];
  /** whether listings proved that nothing that matches is left */
  readonly complete: boolean;
  /** whether listings came to their end after the last cancel: `outcomes` has all there was */
  readonly allListed: boolean;
  /** how many matched, where that was more than allowed: nothing was sent */
  readonly tooMany?: number;
  /** no listing came to its end; why, where that is known */
  readonly unlisted?: Unlisted;
  /** ms until a ban of the address ends, where that kept it from listing */
  readonly retryAfterMs?: number;
  /** orders of the place that were left on purpose */
  readonly spared: Spared;
  /** orders that were placed since the message came */
  readonly appeared: readonly OrderRecord[];
  readonly requests: number;
}

/** Never rejects. Ends by the deadline. */
export function sweep(
  scope: Scope,
  options: SweepOptions,
  ports: SweepPort,
): Promise<SweepOutcome> {
  return new Sweep(scope, options, ports).run();
}

const ALL_LISTED = { allListed: true } as const;

type Listed = Extract<Listing, { readable: true }>;
type Unlisted = Extract<Listing, { readable: false }>;

class Sweep {
  private readonly deadline: Deadline;
  private readonly targets: Targets;
  private readonly sent = new Set<object>();
  /** what is meant; from the first listing on, which tells the exchange's time */
  private matching: Matching | undefined;
  /** ms: when the stream last showed an order open that is meant */
  private stirredAt = -Infinity;
  /** the stream has told of an order since the last pause */
  private isStirred = false;
  private wake = new AbortSource();

  constructor(
    private readonly scope: Scope,
    private readonly options: SweepOptions,
    private readonly ports: SweepPort,
  ) {
    this.deadline = new Deadline(options, ports.time);
    const { startedAt, elapsedMs, remainingMs, closing } = options;
    const onRequest = (request: object) => void this.sent.add(request);
    this.targets = new Targets({
      category: scope.category,
      pursuit: { confirm: true, startedAt, elapsedMs, remainingMs, closing, onRequest },
      ports,
      onEnded: () => {
        this.tellProgress();
        if (this.targets.pending() === 0) this.wake.abort();
      },
    });
  }

  async run(): Promise<SweepOutcome> {
    let unwatch: () => void = () => undefined;
    try {
      const first = await this.list();
      if (!first.readable) return this.conclude(false, { unlisted: first, ...this.banned(first) });
      const { aheadMs = 0, records } = first;
      const { atMost = Infinity, dryRun, startedAt, which } = this.options;
      // As late as it can have been: an order from before the message must not count as newer. The
      // exchange's stamps are whole ms, and so is the arrival.
      const matching = new Matching(this.scope, which, startedAt + aheadMs + 1);
      this.matching = matching;
      const open = matching.match(records, () => false);
      if (open.length > atMost) return this.conclude(false, { tooMany: open.length });
      if (dryRun) return this.conclude(false, { wouldCancel: open });
      unwatch = this.ports.watchAll((record) => this.heard(record, matching));
      return await this.sweep(first, open, matching);
    } finally {
      unwatch();
      this.deadline.release();
    }
  }

  private async sweep(
    first: Listed,
    meant: readonly OrderRecord[],
    matching: Matching,
  ): Promise<SweepOutcome> {
    const { targets } = this;
    const isClosed = (orderId: string) => targets.isClosed(orderId);
    let listing = first;
    let open = meant;
    /** ms: when the listing began that first showed nothing left */
    let quietSince: number | undefined;
    for (let round = 0; ; round += 1) {
      const isNew = open.some(({ orderId }) => !targets.has(orderId));
      if (isNew) await targets.beginAll(open, this.mayBeWide(round === 0, matching));
      this.tellProgress();
      const isSettled = !isNew && targets.pending() === 0;
      const isQuiet = isSettled && listing.since >= targets.endedAt;
      if (!isQuiet) quietSince = undefined;
      else if (quietSince === undefined || this.stirredAt >= quietSince) quietSince = listing.since;
      else
        return this.conclude(
          open.every(({ orderId }) => isClosed(orderId)),
          ALL_LISTED,
        );
      if (!this.isOver()) {
        await this.pause(isQuiet ? BETWEEN_PROOFS : targets.pending() > 0 ? LOOK_AGAIN : 0);
      }
      const next = this.isOver() ? undefined : await this.list();
      if (!next?.readable) return this.finish();
      listing = next;
      open = matching.match(listing.records, isClosed);
    }
  }

  /** Out of time: what is under way ends by the deadline, and nothing is proved. */
  private async finish(): Promise<SweepOutcome> {
    while (this.targets.pending() > 0) {
      this.wake = new AbortSource();
      await sleep(this.ports.time, LOOK_AGAIN, this.wake);
    }
    return this.conclude(false);
  }

  /** Lists until a listing comes to its end, or there is no time left. */
  private async list(): Promise<Listing> {
    const { untilStop, untilCutOff } = this.deadline;
    const onRequest = () => void this.sent.add({});
    for (;;) {
      const queuedAt = this.ports.time.now();
      const options = { queuedAt, untilStop, untilCutOff, onRequest };
      const listing = await this.ports.list(this.scope, options);
      const isFinal = !listing.readable && listing.refused !== undefined;
      if (listing.readable || isFinal || this.isOver()) return listing;
      await sleep(this.ports.time, PAUSE, untilStop);
    }
  }

  /** The order stream tells of an order. */
  private heard(record: OrderRecord, matching: Matching): void {
    const { category, baseCoin, settleCoin } = this.scope;
    if (this.isOver() || record.category !== category) return;
    if (!isOfSymbol(record, this.scope)) return;
    const isOpen = endingOf(record) === undefined && !this.targets.isClosed(record.orderId);
    if (!isOpen || !matching.isMeant(record)) return;
    this.stirredAt = this.ports.time.now();
    if (this.targets.has(record.orderId)) return;
    // Of a coin no record tells: that is left to the next listing.
    if (baseCoin === undefined && settleCoin === undefined) {
      this.targets.begin(record);
      this.tellProgress();
    }
    this.isStirred = true;
    this.wake.abort();
  }

  /**
   * Whether requests for all orders of a symbol hit what is meant and nothing else: at the start, and
   * where new orders are meant as well.
   */
  private mayBeWide(isFirst: boolean, { spared }: Matching): boolean {
    const { scope, options } = this;
    const isInTime = isFirst || options.which === 'until-empty';
    const isMeantWhole = isWholeSymbol(scope) && Object.keys(spared).length === 0;
    return isInTime && isMeantWhole && scope.category !== 'option';
  }

  private isOver(): boolean {
    return this.deadline.late || this.deadline.closing;
  }

  /** Waits, at most until all that is under way has ended, or a new order is there. */
  private async pause(longest: number): Promise<void> {
    const ms = this.isStirred ? Math.min(longest, SHORTEST) : longest;
    this.isStirred = false;
    this.wake = new AbortSource();
    const end = () => this.wake.abort();
    this.deadline.untilStop.addEventListener('abort', end);
    if (!this.deadline.untilStop.aborted) await sleep(this.ports.time, ms, this.wake);
    this.deadline.untilStop.removeEventListener('abort', end);
  }

  /** Where the address is banned: until when. */
  private banned({ explain }: Unlisted): Pick<SweepOutcome, 'retryAfterMs' | 'unlisted'> {
    const ban = this.ports.ban();
    if (ban === undefined) return {};
    const retryAfterMs = Math.ceil(ban.until - this.ports.time.now());
    const words = () => `${explain?.() ?? ''} ${ban.explain()}`.trim();
    return { retryAfterMs, unlisted: { readable: false, refused: 'banned', explain: words } };
  }

  private tellProgress(): void {
    const { total } = this.targets;
    this.options.onProgress?.(total - this.targets.pending(), total);
  }

  private conclude(complete: boolean, more: Partial<SweepOutcome> = {}): SweepOutcome {
    return {
      outcomes: this.targets.outcomes(),
      wouldCancel: [],
      ...{ complete, allListed: false },
      spared: this.matching?.spared ?? {},
      appeared: this.matching?.appeared() ?? [],
      requests: this.sent.size,
      ...more,
    };
  }
}
