/** How an exchange is to be. */
import type { AddressLimit } from './protocol/address-limit';
import type { SimulatedKey } from './protocol/api-keys';
import type { Behaviour } from './books/behaviour';
import type { Time } from './clock';
import type { Symbols } from './books/instruments';
import type { Limits } from './protocol/limits';
import type { OrderFilter } from './books/orders';

export interface ExchangeOptions {
  /** default 0: a free one. Always on 127.0.0.1. */
  readonly port?: number;
  /** default: DEMO_KEY */
  readonly keys?: readonly SimulatedKey[];
  /** from the acknowledgement of a cancel to its effect, ms; default 5 */
  readonly cancelDelayMs?: number;
  /** how long order/realtime and order/history lag behind the truth, ms; default 0 */
  readonly recordLagMs?: number;
  /**
   * how long a closed order is in no record, neither among the open orders nor among the closed
   * ones of order/realtime and order/history, ms, in addition to `recordLagMs`; default 0
   */
  readonly historyLagMs?: number;
  /** the filters that order/cancel takes for spot; default: those that it documents */
  readonly cancelFilters?: readonly OrderFilter[];
  /** what it does where the real one may do one thing or another */
  readonly behaviour?: Partial<Behaviour>;
  /**
   * The exchange for demo trading (API section demo): no order entry, no user/query-api, batches for
   * linear and option alone.
   */
  readonly demoTrading?: boolean;
  /** of what it does by chance, but for faults; default 1 */
  readonly seed?: number;
  /** how long the events of the order stream lag behind the truth, ms; default 0 */
  readonly eventDelayMs?: number;
  readonly limits?: Partial<Limits>;
  /** of HTTP requests per IP address; `{}`: as documented; default: none */
  readonly addressLimit?: AddressLimit;
  /** the exchange's clock minus this machine's, ms; default 0 */
  readonly clockSkewMs?: number;
  /** https and wss in place of http and ws */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** per category, in place of the default ones */
  readonly symbols?: Symbols;
  /** Offers POST /demo/place, POST /demo/fill and POST /demo/hide. Not demo trading. */
  readonly demo?: boolean;
  readonly time?: Time;
}
