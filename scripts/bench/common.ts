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

/** The fields of each cancel besides the order's id. */
export const FIELDS = { category: 'linear', symbol: 'BTCUSDT' } as const;
