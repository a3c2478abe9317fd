/**
 * Cancels every open order of a scope: lists what is open, cancels what matches, and lists again until
 * two complete listings and the order stream agree that nothing is left. An acknowledgement proves
 * nothing here either, and no order is cancelled that its own record does not match.
 */
import { Deadline } from '../cancel/deadline';
import { pairedKind } from '../cancel/order-record';
import { Heard } from './heard';
import { Inquiries } from './inquiries';
import { Matching } from './matching';
import { Proof } from './proof';
import type { SweepOptions, SweepOutcome } from './sweep-outcome';
import type { Listed, SweepPort } from './sweep-port';
import { Targets } from './targets';
import { wideCheck, type WideCheck } from './wide';
import type { OrderRecord, Scope } from '../model';
import { AbortSource } from '../time/abort';
import { sleep } from '../time/time';

/** ms between the two listings that prove that nothing is left, at least */
const BETWEEN_PROOFS = 400;
/** ms from one listing to the next while cancels are under way */
const LOOK_AGAIN = 1000;

/** Never rejects. Ends by the deadline. */
export function sweep(
  scope: Scope,
  options: SweepOptions,
  ports: SweepPort,
): Promise<SweepOutcome> {
  return new Sweep(scope, options, ports).run();
}

class Sweep {
  private readonly deadline: Deadline;
  private readonly targets: Targets;
  private readonly inquiries: Inquiries;
  /** what is meant; from the first listing on, which tells the exchange's time */
  private matching: Matching | undefined;
  private readonly heard: Heard;
  private exceeded = false;
  /** orders are being begun, and no more than allowed may be */
  private isBeginning = false;
  /** ms, monotonic: when the message came */
  private readonly arrivedMs: number;
  private wake = new AbortSource();

  constructor(
    private readonly scope: Scope,
    private readonly options: SweepOptions,
    private readonly ports: SweepPort,
  ) {
    this.deadline = new Deadline(options, ports.time);
    this.arrivedMs = ports.time.now() - options.elapsedMs;
    const { startedAt, elapsedMs, remainingMs, closing } = options;
    this.inquiries = new Inquiries(scope, ports, this.deadline);
    const onRequest = this.inquiries.count;
    this.targets = new Targets({
      category: scope.category,
      pursuit: { confirm: true, startedAt, elapsedMs, remainingMs, closing, onRequest },
      ports,
      onEnded: () => {
        this.tellProgress();
        if (this.targets.pending() === 0) this.wake.abort();
      },
    });
    this.heard = new Heard({
      ...{ scope, ports, coins: this.inquiries.options() },
      isClosed: (orderId) => this.targets.isClosed(orderId),
      onOpen: (record) => this.found(record),
    });
  }

  async run(): Promise<SweepOutcome> {
    try {
      const first = await this.inquiries.list();
      if (!first.readable)
        return this.conclude(false, { unlisted: first, ...this.banned(first.explain) });
      const { aheadMs = 0, records } = first;
      const { atMost = Infinity, dryRun, startedAt, which } = this.options;
      // When the message came by the exchange's clock, at the latest: an order from before it must not
      // count as newer. One more, since both times are whole ms.
      const matching = new Matching(this.scope, which, startedAt + aheadMs + 1);
      this.matching = matching;
      const open = matching.match(records, () => false);
      if (open.length > atMost) return this.conclude(false, { tooMany: open.length });
      const isNone = open.length === 0 && first.unplaced.length === 0;
      const unknownCoin = isNone ? await this.inquiries.unknownCoin() : undefined;
      if (unknownCoin !== undefined) return this.conclude(false, { unknownCoin });
      if (dryRun) return this.conclude(false, { wouldCancel: open, ...unplacedIn(first) });
      this.heard.matchBy(matching);
      return await this.sweep(first, open, matching);
    } finally {
      this.heard.end();
      this.deadline.release();
    }
  }

  private async sweep(
    first: Listed,
    meant: readonly OrderRecord[],
    matching: Matching,
  ): Promise<SweepOutcome> {
    const { targets, heard } = this;
    const isClosed = (orderId: string) => targets.isClosed(orderId);
    const proof = new Proof();
    let listing = first;
    let open = meant;
    for (let round = 0; ; round += 1) {
      const isNew = open.some(({ orderId }) => !targets.has(orderId));
      if (isNew) {
        this.isBeginning = this.options.atMost !== undefined;
        await targets.beginAll(this.allowed(open), this.wideCheck(round === 0, matching));
        this.isBeginning = false;
      }
      heard.release();
      if (this.exceeded) return this.finish();
      this.tellProgress();
      const isBusy = targets.isBusy() || heard.isAsking();
      const isQuiet = !isNew && !isBusy && listing.since >= targets.endedAt;
      if (proof.isGivenBy(isQuiet, listing.since, heard.stirredAt)) {
        return this.proved(
          listing,
          open.every(({ orderId }) => isClosed(orderId)),
        );
      }
      if (!this.deadline.over) {
        await this.pause(isQuiet ? BETWEEN_PROOFS : isBusy ? LOOK_AGAIN : 0);
      }
      const next = this.deadline.over ? undefined : await this.inquiries.list();
      if (!next?.readable) return this.finish();
      listing = next;
      open = matching.match(listing.records, isClosed);
    }
  }

  /** Nothing more will be found: all that is open is known. @param areClosed all that is meant */
  private proved(listing: Listed, areClosed: boolean): SweepOutcome {
    const isComplete = areClosed && listing.unplaced.length === 0;
    return this.conclude(isComplete, { allListed: true, ...unplacedIn(listing) });
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

  /** The order stream tells of an open order that is meant. */
  private found(record: OrderRecord): void {
    if (this.deadline.over || this.targets.has(record.orderId)) return;
    // Left to the next listing: a pair can only go in a wide request; and while orders are being begun,
    // how many they are is not known yet.
    if (pairedKind(record) !== undefined || this.isBeginning) return;
    if (this.allowed([record]).length === 0) return;
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

  private wideCheck(isFirstRound: boolean, matching: Matching): WideCheck {
    const { which, atMost } = this.options;
    return wideCheck(this.scope, matching, {
      ...{ which, atMost, isFirstRound, arrivedMs: this.arrivedMs },
      hasHeardAll: () => this.heard.hasAll(),
      now: () => this.ports.time.now(),
      newest: (symbol, withinMs) => this.inquiries.newest(symbol, withinMs),
    });
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
      requests: this.inquiries.total(),
      ...more,
    };
  }
}

function unplacedIn({ unplaced }: Listed): Pick<SweepOutcome, 'unplaced'> {
  return unplaced.length === 0 ? {} : { unplaced: unplaced.length };
}
