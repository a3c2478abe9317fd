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
import type { CoinField, Listing, SweepPort } from './sweep-port';
import { Targets } from './targets';
import type { OrderRecord, Outcome, Scope, Which } from '../model';
import { AbortSource } from '../time/abort';
import { sleep } from '../time/time';

/** ms between the two listings that prove it, at least */
const BETWEEN_PROOFS = 400;
/** ms from one listing to the next while cancels are under way */
const LOOK_AGAIN = 1000;
/**
 * ms from the message to a request for all orders of a symbol, where no stream tells whether others were
 * placed meanwhile
 */
const UNSEEN = 100;
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
  /** more than allowed came to match later: those were left */
  readonly exceeded?: boolean;
  /** whose coin no symbol of the category has: nothing was sent */
  readonly unknownCoin?: CoinField;
  /** open orders of symbols whose coins nobody knows: they were left, and may match */
  readonly unplaced?: number;
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
  /** orders that the stream told of before the first listing */
  private early: OrderRecord[] = [];
  /** orders that the stream told of, and whose coins are being asked for */
  private asking = 0;
  private exceeded = false;
  private lastReason: Unlisted | undefined;
  /** the stream was up when it began */
  private readonly isWatched: boolean;
  /** ms, monotonic: when the message came */
  private readonly arrivedMs: number;
  private wake = new AbortSource();

  constructor(
    private readonly scope: Scope,
    private readonly options: SweepOptions,
    private readonly ports: SweepPort,
  ) {
    this.deadline = new Deadline(options, ports.time);
    this.isWatched = ports.streamUp();
    this.arrivedMs = ports.time.now() - options.elapsedMs;
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
    const unwatch = this.ports.watchAll((record) => this.heard(record));
    try {
      const first = await this.list();
      if (!first.readable)
        return this.conclude(false, { unlisted: first, ...this.banned(first.explain) });
      const { aheadMs = 0, records } = first;
      const { atMost = Infinity, dryRun, startedAt, which } = this.options;
      // As late as it can have been: an order from before the message must not count as newer. The
      // exchange's stamps are whole ms, and so is the arrival.
      const matching = new Matching(this.scope, which, startedAt + aheadMs + 1);
      this.matching = matching;
      const open = matching.match(records, () => false);
      if (open.length > atMost) return this.conclude(false, { tooMany: open.length });
      const unknownCoin = open.length === 0 ? await this.unknownCoin() : undefined;
      if (unknownCoin !== undefined) return this.conclude(false, { unknownCoin });
      if (dryRun) return this.conclude(false, { wouldCancel: open, ...unplacedIn(first) });
      // Before any request for all orders of a symbol: which symbols have new ones.
      for (const record of this.early) matching.note(record);
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
      if (isNew) await targets.beginAll(this.allowed(open), this.mayBeWide(round === 0, matching));
      // Of those in the listing, the stream told nothing new.
      for (const record of this.early.splice(0)) this.heard(record);
      if (this.exceeded) return this.finish();
      this.tellProgress();
      const isSettled = !isNew && targets.pending() === 0 && this.asking === 0;
      const isQuiet = isSettled && listing.since >= targets.endedAt;
      if (!isQuiet) quietSince = undefined;
      else if (quietSince === undefined || this.stirredAt >= quietSince) quietSince = listing.since;
      else
        return this.conclude(
          open.every(({ orderId }) => isClosed(orderId)) && listing.unplaced.length === 0,
          { ...ALL_LISTED, ...unplacedIn(listing) },
        );
      if (!this.isOver()) {
        const isBusy = targets.pending() > 0 || this.asking > 0;
        await this.pause(isQuiet ? BETWEEN_PROOFS : isBusy ? LOOK_AGAIN : 0);
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
    const { retryAfterMs } = this.banned();
    return this.conclude(false, {
      ...(this.exceeded ? { exceeded: true } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  /** Lists until a listing comes to its end, or there is no time left. */
  private async list(): Promise<Listing> {
    const { untilStop, untilCutOff } = this.deadline;
    const onRequest = () => void this.sent.add({});
    for (;;) {
      const queuedAt = this.ports.time.now();
      const options = { queuedAt, untilStop, untilCutOff, onRequest };
      const listing = await this.ports.list(this.scope, options);
      if (listing.readable || listing.refused !== undefined) return listing;
      if (listing.explain !== undefined) this.lastReason = listing;
      if (this.isOver()) return this.lastReason ?? listing;
      await sleep(this.ports.time, PAUSE, untilStop);
    }
  }

  /** The order stream tells of an order. */
  private heard(record: OrderRecord): void {
    if (this.isOver() || record.category !== this.scope.category) return;
    if (!isOfSymbol(record, this.scope)) return;
    const { matching } = this;
    if (matching === undefined) this.early.push(record);
    else if (this.hasCoins()) {
      matching.note(record);
      void this.heardOfCoin(record, matching);
    } else this.heardInPlace(record, matching);
  }

  /** No record tells its coins: until they are known, nothing is proved. */
  private async heardOfCoin(record: OrderRecord, matching: Matching): Promise<void> {
    const { untilStop, untilCutOff } = this.deadline;
    const options = { untilStop, untilCutOff, onRequest: () => void this.sent.add({}) };
    this.asking += 1;
    const isIn = await this.ports.isOfCoins(record, this.scope, options);
    this.asking -= 1;
    if (isIn === true) this.heardInPlace(record, matching);
    else if (isIn === undefined) this.stirredAt = this.ports.time.now();
  }

  private heardInPlace(record: OrderRecord, matching: Matching): void {
    // Also of one that is closed by now: who placed it is worth knowing.
    const isMeant = matching.isMeant(record);
    const isOpen = endingOf(record) === undefined && !this.targets.isClosed(record.orderId);
    if (!isOpen || !isMeant || this.isOver()) return;
    this.stirredAt = this.ports.time.now();
    if (this.targets.has(record.orderId) || this.allowed([record]).length === 0) return;
    this.targets.begin(record);
    this.tellProgress();
  }

  /** Of those that match, as many as may be cancelled in all. */
  private allowed(open: readonly OrderRecord[]): readonly OrderRecord[] {
    const { atMost = Infinity } = this.options;
    const isNew = ({ orderId }: OrderRecord) => !this.targets.has(orderId);
    let room = atMost - this.targets.total;
    const allowed = open.filter((record) => !isNew(record) || (room -= 1) >= 0);
    if (allowed.length < open.length) this.exceeded = true;
    return allowed;
  }

  private hasCoins(): boolean {
    return this.scope.baseCoin !== undefined || this.scope.settleCoin !== undefined;
  }

  private async unknownCoin(): Promise<CoinField | undefined> {
    const { untilStop, untilCutOff } = this.deadline;
    const onRequest = () => void this.sent.add({});
    return this.hasCoins()
      ? await this.ports.unknownCoin(this.scope, { untilStop, untilCutOff, onRequest })
      : undefined;
  }

  /**
   * Whether a request for all orders of a symbol hits what is meant and nothing else: where new orders
   * are meant as well, or at the start, as long as none can have been placed since the message came.
   */
  private mayBeWide(isFirst: boolean, { spared, newSymbols }: Matching) {
    const { scope, options, ports } = this;
    const isUntilEmpty = options.which === 'until-empty';
    const isMeantWhole = isWholeSymbol(scope) && Object.keys(spared).length === 0;
    const isAllowed =
      isMeantWhole &&
      scope.category !== 'option' &&
      // New ones are counted, too.
      (isUntilEmpty ? options.atMost === undefined : isFirst);
    const isSeen = () => this.isWatched && ports.streamUp();
    const isSoon = () => ports.time.now() - this.arrivedMs <= UNSEEN;
    return (symbol: string) =>
      isAllowed && (isUntilEmpty || (!newSymbols.has(symbol) && (isSeen() || isSoon())));
  }

  private isOver(): boolean {
    return this.deadline.late || this.deadline.closing;
  }

  /** Waits, at most until all that is under way has ended. */
  private async pause(ms: number): Promise<void> {
    this.wake = new AbortSource();
    const end = () => this.wake.abort();
    this.deadline.untilStop.addEventListener('abort', end);
    if (!this.deadline.untilStop.aborted) await sleep(this.ports.time, ms, this.wake);
    this.deadline.untilStop.removeEventListener('abort', end);
  }

  /** Where the address is banned: until when. */
  private banned(explain?: () => string): Pick<SweepOutcome, 'retryAfterMs' | 'unlisted'> {
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

function unplacedIn({ unplaced }: Listed): Pick<SweepOutcome, 'unplaced'> {
  return unplaced.length === 0 ? {} : { unplaced: unplaced.length };
}
