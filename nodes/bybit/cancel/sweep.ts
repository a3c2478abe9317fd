/**
 * Cancels every open order of a scope: lists what is open, cancels what matches, and lists again until
 * two complete listings and the order stream agree that nothing is left. An acknowledgement proves
 * nothing here either, and no order is cancelled that its own record does not match.
 */
import { Deadline } from './deadline';
import { endingOf, filterOf } from './order-record';
import { cancelOrder, type PursuitOptions } from './pursuit';
import { createdAt, isWholeSymbol, sparedBy } from './scope';
import type { Listing, SweepPort } from './sweep-port';
import { firstIn, groupsOf, type Wide } from './wide';
import type { CancelRequest, OrderRecord, Outcome, Scope, SparedBy, Which } from '../model';
import { AbortSource } from '../time/abort';
import { sleep } from '../time/time';

/** ms between the two listings that prove it, at least */
const BETWEEN_PROOFS = 400;
/** ms from one listing to the next while cancels are under way */
const LOOK_AGAIN = 1000;
/** ms: a listing may lag behind the stream that told of an order */
const SHORTEST = 50;
/** orders that are begun in one turn of the event loop */
const AT_ONCE = 50;
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
  readonly spared: Readonly<Partial<Record<SparedBy, number>>>;
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

interface Target {
  readonly record: OrderRecord;
  outcome?: Outcome;
}

class Sweep {
  private readonly startMs: number;
  private readonly deadline: Deadline;
  private readonly targets = new Map<string, Target>();
  private readonly appeared = new Map<string, OrderRecord>();
  private readonly sent = new Set<object>();
  /** symbols: a request for all of its orders may have closed those that are found later */
  private readonly wideSent = new Set<string>();
  private spared: Partial<Record<SparedBy, number>> = {};
  /** ms since the epoch, the exchange's clock: when the message came */
  private arrivedAt = NaN;
  /** ms: when the last outcome came, and when the stream last showed a matching order open */
  private endedAt = -Infinity;
  private stirredAt = -Infinity;
  /** from now on what the stream tells of may be cancelled */
  private isSweeping = false;
  /** the stream has told of an order since the last pause */
  private isStirred = false;
  private wake = new AbortSource();

  constructor(
    private readonly scope: Scope,
    private readonly options: SweepOptions,
    private readonly ports: SweepPort,
  ) {
    this.startMs = ports.time.now();
    this.deadline = new Deadline(options, ports.time);
  }

  async run(): Promise<SweepOutcome> {
    const unwatch = this.ports.watchAll((record) => this.heard(record));
    try {
      const first = await this.list();
      if (!first.readable) return this.conclude(false, { unlisted: first, ...this.banned(first) });
      const { aheadMs = 0 } = first;
      // As late as it can have been: an order from before the message must not count as newer. The
      // exchange's stamps are whole ms, and so is the arrival.
      this.arrivedAt = this.options.startedAt + aheadMs + 1;
      const matching = this.match(first);
      const { atMost = Infinity, dryRun } = this.options;
      if (matching.length > atMost) return this.conclude(false, { tooMany: matching.length });
      if (dryRun) return this.conclude(false, { wouldCancel: matching });
      return await this.sweep(first, matching);
    } finally {
      unwatch();
      this.deadline.release();
    }
  }

  private async sweep(first: Listed, matching: readonly OrderRecord[]): Promise<SweepOutcome> {
    let listing = first;
    let open = matching;
    this.isSweeping = true;
    /** ms: when the listing began that first showed nothing left */
    let quietSince: number | undefined;
    for (let round = 0; ; round += 1) {
      const fresh = open.filter(({ orderId }) => !this.targets.has(orderId));
      if (fresh.length > 0) await this.pursue(fresh, open, round === 0);
      const left = open.filter(({ orderId }) => !this.isClosed(orderId));
      const isSettled = fresh.length === 0 && this.pending() === 0;
      const isQuiet = isSettled && listing.since >= this.endedAt;
      if (!isQuiet) quietSince = undefined;
      else if (quietSince === undefined) quietSince = listing.since;
      else if (this.stirredAt < quietSince) return this.conclude(left.length === 0, ALL_LISTED);
      else quietSince = listing.since;
      if (this.isOver()) return this.finish();
      await this.pause(isQuiet ? BETWEEN_PROOFS : this.pending() > 0 ? LOOK_AGAIN : 0);
      if (this.isOver()) return this.finish();
      const next = await this.list();
      if (!next.readable) return this.finish();
      listing = next;
      open = this.match(listing);
    }
  }

  /** Out of time: what is under way ends by the deadline, and nothing is proved. */
  private async finish(): Promise<SweepOutcome> {
    while (this.pending() > 0) await this.nextEnd();
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

  /** What is meant of a listing. Notes what is spared, and what has come meanwhile. */
  private match(listing: Listed): readonly OrderRecord[] {
    const spared: Partial<Record<SparedBy, number>> = {};
    const matching: OrderRecord[] = [];
    for (const record of listing.records) {
      const reason = this.sparedBy(record);
      if (reason === undefined) matching.push(record);
      else if (!this.isClosed(record.orderId)) spared[reason] = (spared[reason] ?? 0) + 1;
      this.noteAppeared(record, reason);
    }
    this.spared = spared;
    return matching;
  }

  private sparedBy(record: OrderRecord): SparedBy | undefined {
    const { placedBefore = Infinity } = this.scope;
    const isSnapshot = this.options.which === 'snapshot';
    return sparedBy(
      record,
      this.scope,
      isSnapshot ? Math.min(placedBefore, this.arrivedAt) : placedBefore,
    );
  }

  /** Placed since the message came, and of the kind that is meant. */
  private noteAppeared(record: OrderRecord, reason: SparedBy | undefined): void {
    const isNew = createdAt(record) >= this.arrivedAt;
    if (isNew && (reason === undefined || reason === 'newer')) {
      this.appeared.set(record.orderId, record);
    }
  }

  /** The order stream tells of an order. */
  private heard(record: OrderRecord): void {
    if (!this.isSweeping || this.isOver() || record.category !== this.scope.category) return;
    const { symbol } = this.scope;
    if (symbol !== undefined && symbol !== '*' && record.symbol !== symbol) return;
    const isOpen = endingOf(record) === undefined && !this.isClosed(record.orderId);
    if (!isOpen || this.sparedBy(record) !== undefined) return;
    this.stirredAt = this.ports.time.now();
    if (this.targets.has(record.orderId)) return;
    this.noteAppeared(record, undefined);
    // Of a coin no record tells: that is left to the next listing.
    if (this.scope.baseCoin === undefined && this.scope.settleCoin === undefined) {
      this.begin(record, undefined);
      this.tellProgress();
    }
    this.isStirred = true;
    this.wake.abort();
  }

  /** @param open all that is open and meant, those included that are or were pursued */
  private async pursue(
    fresh: readonly OrderRecord[],
    open: readonly OrderRecord[],
    isFirst: boolean,
  ): Promise<void> {
    const wides = this.widesFor(fresh, isFirst);
    const wideFor = (record: OrderRecord) => wides.find(({ takes }) => takes(record));
    // From now on: what the stream tells of while the others begin may be hit as well.
    for (const { request } of wides) this.wideSent.add(request.symbol);
    // An order that was left before is hit too: what was said of it holds no more.
    const isHit = (record: OrderRecord) =>
      wideFor(record) !== undefined && !this.isClosed(record.orderId);
    const left = open.filter((record) => !fresh.includes(record) && isHit(record));
    for (const [i, record] of [...fresh, ...left].entries()) {
      if (i > 0 && i % AT_ONCE === 0) await sleep(this.ports.time, 0, this.deadline.untilStop);
      this.begin(record, wideFor(record));
    }
    for (const { request, joined } of wides) this.ports.cancelWide(request, joined);
    this.tellProgress();
  }

  private begin(record: OrderRecord, wide: Wide | undefined): void {
    const target: Target = { record };
    this.targets.set(record.orderId, target);
    const passed = this.ports.time.now() - this.startMs;
    const options: PursuitOptions = {
      confirm: true,
      startedAt: this.options.startedAt,
      elapsedMs: this.options.elapsedMs + passed,
      remainingMs: Math.max(0, this.options.remainingMs - passed),
      closing: this.options.closing,
      inDoubt: this.wideSent.has(record.symbol),
      onRequest: (request) => void this.sent.add(request),
    };
    const ports = wide === undefined ? this.ports : firstIn(wide.joined, this.ports);
    void cancelOrder(requestFor(record, this.scope), options, ports).then((outcome) => {
      target.outcome = outcome;
      this.endedAt = this.ports.time.now();
      this.tellProgress();
      if (this.pending() === 0) this.wake.abort();
    });
  }

  /** Requests that hit what is meant and nothing else; once at the start, and for more than they take. */
  private widesFor(fresh: readonly OrderRecord[], isFirst: boolean): readonly Wide[] {
    const { scope, options } = this;
    const isWide = isFirst || options.which === 'until-empty';
    if (!isWide || !isWholeSymbol(scope) || scope.category === 'option') return [];
    // An order that is spared would be hit as well.
    if (Object.keys(this.spared).length > 0) return [];
    // One that is cancelled by itself right now would be closed by what it does not know of.
    const busy = new Set<string>();
    for (const { outcome, record } of this.targets.values()) {
      if (outcome === undefined) busy.add(record.symbol);
    }
    return groupsOf(fresh, scope.category).filter(({ request }) => !busy.has(request.symbol));
  }

  private isClosed(orderId: string): boolean {
    const order = this.targets.get(orderId)?.outcome?.order;
    return order !== undefined && endingOf(order) !== undefined;
  }

  private pending(): number {
    let count = 0;
    for (const { outcome } of this.targets.values()) if (outcome === undefined) count += 1;
    return count;
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

  private async nextEnd(): Promise<void> {
    this.wake = new AbortSource();
    await sleep(this.ports.time, LOOK_AGAIN, this.wake);
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
    const total = this.targets.size;
    this.options.onProgress?.(total - this.pending(), total);
  }

  private conclude(complete: boolean, more: Partial<SweepOutcome> = {}): SweepOutcome {
    const targets = [...this.targets.values()];
    return {
      outcomes: targets.flatMap(({ outcome }) => outcome ?? []),
      wouldCancel: [],
      ...{ complete, allListed: false },
      spared: this.spared,
      appeared: [...this.appeared.values()],
      requests: this.sent.size,
      ...more,
    };
  }
}

/** By its id, and of spot with its filter, which no plain cancel finds without. */
function requestFor(record: OrderRecord, { category }: Scope): CancelRequest {
  const { symbol, orderId } = record;
  const filter = category === 'spot' ? filterOf(record) : undefined;
  const isKnown = filter === 'tpslOrder' || filter === 'StopOrder';
  return { category, symbol, orderId, ...(isKnown ? { orderFilter: filter } : {}) };
}
