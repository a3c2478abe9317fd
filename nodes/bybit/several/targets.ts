/**
 * The orders that a sweep cancels: each is pursued by the rules of a single cancel, and some go in one
 * request for all orders of their symbol first.
 */
import { endingOf, filterOf } from '../cancel/order-record';
import { cancelOrder } from '../cancel/pursuit';
import { optionsAfter, type PursuitOptions } from '../cancel/pursuit-options';
import type { SweepPort } from './sweep-port';
import { firstIn, groupsOf, type Wide, type WideCheck } from './wide';
import type { CancelRequest, Category, OrderRecord, Outcome } from '../model';
import { breathe } from '../time/time';

interface Target {
  readonly record: OrderRecord;
  outcome?: Outcome;
}

export interface TargetsOptions {
  readonly category: Category;
  /** of each pursuit, as if it began with the sweep */
  readonly pursuit: PursuitOptions;
  readonly ports: SweepPort;
  /** called when an order has its outcome, or a request for all of a symbol can take effect no more */
  readonly onEnded: () => void;
}

export class Targets {
  /** ms: when the last outcome came */
  endedAt = -Infinity;
  private readonly byId = new Map<string, Target>();
  /** symbols: a request for all of its orders may close those that are found later */
  private readonly wideSent = new Set<string>();
  /** those that may be sent yet, or can still take effect */
  private readonly widesUnderWay = new Set<Wide>();
  private readonly startMs: number;

  constructor(private readonly options: TargetsOptions) {
    this.startMs = options.ports.time.now();
  }

  get total(): number {
    return this.byId.size;
  }

  has(orderId: string): boolean {
    return this.byId.has(orderId);
  }

  /** Whether a record has proved it closed. */
  isClosed(orderId: string): boolean {
    const order = this.byId.get(orderId)?.outcome?.order;
    return order !== undefined && endingOf(order) !== undefined;
  }

  /** How many have no outcome yet. */
  pending(): number {
    let count = 0;
    for (const { outcome } of this.byId.values()) if (outcome === undefined) count += 1;
    return count;
  }

  /** Whether any has no outcome yet, or a request for all orders of a symbol can still take effect. */
  isBusy(): boolean {
    return this.pending() > 0 || this.widesUnderWay.size > 0;
  }

  /** In the order in which they were found. */
  outcomes(): readonly Outcome[] {
    return [...this.byId.values()].flatMap(({ outcome }) => outcome ?? []);
  }

  /**
   * @param open all that is open and meant, those included that are or were pursued
   * @param check whether a request for all orders of a symbol hits nothing that is not meant. Asked
   * again when its turn has come.
   */
  async beginAll(open: readonly OrderRecord[], check: WideCheck): Promise<void> {
    const fresh = open.filter(({ orderId }) => !this.has(orderId));
    const wides = this.widesFor(fresh).filter(({ request }) => check.may(request.symbol));
    const wideFor = (record: OrderRecord) => wides.find(({ takes }) => takes(record));
    // From now on: what the stream tells of while the others begin may be hit as well.
    for (const wide of wides) this.widesUnderWay.add(wide);
    // An order that was left before is hit too: what was said of it holds no more.
    const left = open.filter(
      (record) =>
        this.has(record.orderId) && wideFor(record) !== undefined && !this.isClosed(record.orderId),
    );
    const { time } = this.options.ports;
    for (const [i, record] of [...fresh, ...left].entries()) {
      await breathe(time, i);
      // The stream may have told of it meanwhile.
      const isBegun = i < fresh.length && this.has(record.orderId);
      if (!isBegun) this.begin(record, wideFor(record));
    }
    for (const wide of wides) void this.sendWide(wide, check);
  }

  private async sendWide(wide: Wide, check: WideCheck): Promise<void> {
    const { request, joined } = wide;
    const { symbol } = request;
    const isMeant = async () => {
      const may = await check.mayNow(symbol);
      if (may) this.wideSent.add(symbol);
      return may;
    };
    try {
      await this.options.ports.cancelWide(request, joined, isMeant);
    } catch {
      // Each of its orders ends by its own deadline.
    }
    this.widesUnderWay.delete(wide);
    this.ended();
  }

  /** What is listed from now on shows it. */
  private ended(): void {
    this.endedAt = this.options.ports.time.now();
    this.options.onEnded();
  }

  begin(record: OrderRecord, wide?: Wide): void {
    const { ports, category } = this.options;
    const target: Target = { record };
    this.byId.set(record.orderId, target);
    const options: PursuitOptions = {
      ...optionsAfter(ports.time.now() - this.startMs, this.options.pursuit),
      // If it goes in a wide request itself, its own evidence covers that.
      inDoubt: wide === undefined && this.mayBeHit(record.symbol),
    };
    const own = wide === undefined ? ports : firstIn(wide.joined, ports);
    void cancelOrder(requestFor(record, category), options, own).then((outcome) => {
      target.outcome = outcome;
      this.ended();
    });
  }

  private mayBeHit(symbol: string): boolean {
    const isOf = ({ request }: Wide) => request.symbol === symbol;
    return this.wideSent.has(symbol) || [...this.widesUnderWay].some(isOf);
  }

  private widesFor(fresh: readonly OrderRecord[]): readonly Wide[] {
    // One that is cancelled by itself right now would be closed by what it does not know of.
    const busy = new Set<string>();
    for (const { outcome, record } of this.byId.values()) {
      if (outcome === undefined) busy.add(record.symbol);
    }
    return groupsOf(fresh, this.options.category).filter(
      ({ request }) => !busy.has(request.symbol),
    );
  }
}

/** By its id, and of spot with its filter, which no plain cancel finds without. */
function requestFor(record: OrderRecord, category: Category): CancelRequest {
  const { symbol, orderId } = record;
  const filter = category === 'spot' ? filterOf(record) : undefined;
  const isKnown = filter === 'tpslOrder' || filter === 'StopOrder';
  return { category, symbol, orderId, ...(isKnown ? { orderFilter: filter } : {}) };
}
