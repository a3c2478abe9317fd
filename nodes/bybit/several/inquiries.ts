/**
 * What a sweep asks of the exchange beside its cancels: listings, each until it comes to its end, the
 * newest orders of a symbol, coins. Counts all of its requests, those of its cancels too.
 */
import type { Deadline } from '../cancel/deadline';
import type { CoinField, CoinOptions, Listing, SweepPort, Unlisted } from './sweep-port';
import type { OrderRecord, Scope } from '../model';
import { sleep } from '../time/time';

/** ms before a listing that failed is tried again */
const PAUSE = 250;

export class Inquiries {
  private readonly sent = new Set<object>();
  private lastReason: Unlisted | undefined;

  constructor(
    private readonly scope: Scope,
    private readonly ports: SweepPort,
    private readonly deadline: Deadline,
  ) {}

  /** A request of a cancel: of a batch, the same one for each of its orders. */
  readonly count = (request: object): void => void this.sent.add(request);

  total(): number {
    return this.sent.size;
  }

  options(): CoinOptions {
    const { untilStop, untilCutOff } = this.deadline;
    return { untilStop, untilCutOff, onRequest: () => this.count({}) };
  }

  /** Lists until a listing comes to its end, or there is no time left. */
  async list(): Promise<Listing> {
    const { ports, deadline, scope } = this;
    for (;;) {
      const listing = await ports.list(scope, { queuedAt: ports.time.now(), ...this.options() });
      if (listing.readable || listing.refused !== undefined) return listing;
      if (listing.explain !== undefined) this.lastReason = listing;
      if (deadline.over) return this.lastReason ?? listing;
      await sleep(ports.time, PAUSE, deadline.untilStop);
    }
  }

  /** The newest open orders of a symbol, one page of them; undefined where they can't be listed in time. */
  newest(symbol: string, withinMs: number): Promise<readonly OrderRecord[] | undefined> {
    const { category } = this.scope;
    const queuedAt = this.ports.time.now();
    return this.ports.newest({ category, symbol }, withinMs, { queuedAt, ...this.options() });
  }

  /** @returns the field of the scope whose coin no symbol of the category has, if there is one */
  async unknownCoin(): Promise<CoinField | undefined> {
    const { baseCoin, settleCoin } = this.scope;
    if (baseCoin === undefined && settleCoin === undefined) return undefined;
    return await this.ports.unknownCoin(this.scope, this.options());
  }
}
