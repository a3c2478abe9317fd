/** What all clients of the bench have in common. */

/** Where the exchange is, for one client. */
export interface Where {
  readonly restUrl: string;
  readonly streamUrl: string;
}

export interface Client {
  /** Cancels one order; rejects unless the exchange acknowledged it. */
  cancel(orderId: string): Promise<void>;
}

/** An order that is open in the exchange's books. */
export interface OpenOrder {
  readonly category: 'linear' | 'spot';
  readonly symbol: string;
  readonly orderId: string;
}

/** A client that is given several orders at a time. */
export interface SeveralClient {
  /** Cancels one order, for connections and compilers. @returns whether it is ready now */
  warm(order: OpenOrder): Promise<boolean>;
  /** Resolves when it says that it is done. @returns how many it reports as not cancelled */
  cancel(orders: readonly OpenOrder[]): Promise<number>;
}

/** The fields of each cancel besides the order's id. */
export const FIELDS = { category: 'linear', symbol: 'BTCUSDT' } as const;
