/**
 * What a sweep makes of the records that it sees: which are meant, which are spared and why, and which
 * orders were placed since the message came.
 */
import { createdAt, sparedBy } from './scope';
import type { OrderRecord, Scope, SparedBy, Which } from '../model';

export type Spared = Readonly<Partial<Record<SparedBy, number>>>;

export class Matching {
  /** orders of the last listing that were left on purpose */
  spared: Spared = {};
  /** of the orders that were placed since the message came */
  readonly newSymbols = new Set<string>();
  private readonly newOnes = new Map<string, OrderRecord>();

  /** @param arrivedAt ms since the epoch, the exchange's clock: when the message came, at the latest */
  constructor(
    private readonly scope: Scope,
    private readonly which: Which,
    private readonly arrivedAt: number,
  ) {}

  /** @param isClosed whether an order is known to be closed, whatever a listing that lags says */
  match(
    records: readonly OrderRecord[],
    isClosed: (orderId: string) => boolean,
  ): readonly OrderRecord[] {
    const spared: Partial<Record<SparedBy, number>> = {};
    const meant: OrderRecord[] = [];
    for (const record of records) {
      const reason = this.reasonToSpare(record);
      if (reason === undefined) meant.push(record);
      else if (!isClosed(record.orderId)) spared[reason] = (spared[reason] ?? 0) + 1;
    }
    this.spared = spared;
    return meant;
  }

  /** Whether an order in the scope's place is meant. Notes those that came meanwhile. */
  isMeant(record: OrderRecord): boolean {
    return this.reasonToSpare(record) === undefined;
  }

  /** Notes the symbol of an order that was placed since the message came. @returns whether it was */
  note(record: OrderRecord): boolean {
    const isNew = createdAt(record) >= this.arrivedAt;
    if (isNew) this.newSymbols.add(record.symbol);
    return isNew;
  }

  /** Orders of the kind that is meant, placed since the message came. */
  appeared(): readonly OrderRecord[] {
    return [...this.newOnes.values()];
  }

  private reasonToSpare(record: OrderRecord): SparedBy | undefined {
    const { placedBefore = Infinity } = this.scope;
    const before =
      this.which === 'snapshot' ? Math.min(placedBefore, this.arrivedAt) : placedBefore;
    const reason = sparedBy(record, this.scope, before);
    if (!this.note(record)) return reason;
    const isOfKind = reason === undefined || reason === 'newer';
    if (isOfKind) this.newOnes.set(record.orderId, record);
    return reason;
  }
}
