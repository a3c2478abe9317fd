/**
 * Who is told of orders: watchers of one order, found by either of its ids, and listeners, who hear
 * of every order.
 */
import type { CancelRequest, OrderRecord } from '../model';
import type { Watcher } from '../cancel/exchange-port';

export class OrderWatchers {
  private readonly byOrder = new Map<string, Set<Watcher>>();
  private readonly listeners = new Set<(record: OrderRecord) => void>();

  /** Tells a watcher of its order. @returns ends the watch */
  watch(request: CancelRequest, watcher: Watcher): () => void {
    const { byOrder } = this;
    const key =
      request.orderId === undefined ? linkKey(request.orderLinkId ?? '') : idKey(request.orderId);
    const group = byOrder.get(key) ?? new Set();
    byOrder.set(key, group.add(watcher));
    return () => {
      group.delete(watcher);
      if (group.size === 0 && byOrder.get(key) === group) byOrder.delete(key);
    };
  }

  /** Tells of every order. @returns ends it */
  watchAll(listener: (record: OrderRecord) => void): () => void {
    // Each listens by itself, even if two gave the same function.
    const told = (record: OrderRecord) => listener(record);
    this.listeners.add(told);
    return () => this.listeners.delete(told);
  }

  tell(record: OrderRecord): void {
    for (const listener of this.listeners) listener(record);
    for (const key of [idKey(record.orderId), linkKey(record.orderLinkId)]) {
      for (const watcher of [...(this.byOrder.get(key) ?? [])]) watcher.record(record);
    }
  }

  /** The stream came up or was lost: those who watch an order decide anew. */
  wake(): void {
    for (const group of this.byOrder.values()) for (const watcher of group) watcher.wake();
  }
}

const idKey = (orderId: string) => `id ${orderId}`;
const linkKey = (orderLinkId: string) => `link ${orderLinkId}`;
