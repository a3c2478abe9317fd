/**
 * What the order stream tells a sweep: orders that are open and meant, and those that are newer than the
 * message. It is heard from before the first listing on; what it tells before the exchange's time is
 * known is kept until then.
 */
import type { Matching } from './matching';
import { endingOf } from '../cancel/order-record';
import { isAllowed, isOfSymbol } from './scope';
import type { CoinOptions, SweepPort } from './sweep-port';
import type { OrderRecord, Scope } from '../model';

export interface HeardOptions {
  readonly scope: Scope;
  readonly ports: Pick<SweepPort, 'time' | 'watchAll' | 'streamUp' | 'isOfCoins'>;
  readonly coins: CoinOptions;
  readonly isClosed: (orderId: string) => boolean;
  /** called with each open order that is meant */
  readonly onOpen: (record: OrderRecord) => void;
}

export class Heard {
  /** ms: when it last told of an open order that is meant */
  stirredAt = -Infinity;
  private matching: Matching | undefined;
  private early: OrderRecord[] = [];
  /** orders whose coins are being asked for: until they are known, nothing is proved */
  private asking = 0;
  private isEnded = false;
  private readonly wasUp: boolean;
  private readonly unwatch: () => void;

  constructor(private readonly options: HeardOptions) {
    const { ports } = options;
    this.wasUp = ports.streamUp();
    this.unwatch = ports.watchAll((record) => this.heard(record));
  }

  /** The exchange's time is known. Which symbols have new orders is, too, from now on. */
  matchBy(matching: Matching): void {
    this.matching = matching;
    for (const record of this.early) matching.note(record);
  }

  /** Those of the first listing are under way: what was told before is none of them, or nothing new. */
  release(): void {
    for (const record of this.early.splice(0)) this.heard(record);
  }

  isAsking(): boolean {
    return this.asking > 0;
  }

  /** Whether it was up at the beginning and is up now. A break between, or a silent line, is not seen. */
  hasAll(): boolean {
    return this.wasUp && this.options.ports.streamUp();
  }

  end(): void {
    this.isEnded = true;
    this.unwatch();
  }

  private heard(record: OrderRecord): void {
    const { scope } = this.options;
    if (this.isEnded || record.category !== scope.category) return;
    if (!isOfSymbol(record, scope) || !isAllowed(record, scope)) return;
    const { matching } = this;
    if (matching === undefined) this.early.push(record);
    else if (scope.baseCoin === undefined && scope.settleCoin === undefined) {
      this.heardInPlace(record, matching);
    } else {
      matching.note(record);
      void this.heardOfCoin(record, matching);
    }
  }

  /** No record tells its coins. */
  private async heardOfCoin(record: OrderRecord, matching: Matching): Promise<void> {
    const { scope, ports, coins } = this.options;
    this.asking += 1;
    const isIn = await ports.isOfCoins(record, scope, coins).catch(() => undefined);
    this.asking -= 1;
    if (isIn === true) this.heardInPlace(record, matching);
    else if (isIn === undefined) this.stirredAt = ports.time.now();
  }

  private heardInPlace(record: OrderRecord, matching: Matching): void {
    const { ports, isClosed, onOpen } = this.options;
    // Also of one that is closed by now: who placed it is worth knowing.
    const isMeant = matching.isMeant(record);
    const isOpen = endingOf(record) === undefined && !isClosed(record.orderId);
    if (!isOpen || !isMeant || this.isEnded) return;
    this.stirredAt = ports.time.now();
    onOpen(record);
  }
}
