/** What a sweep needs of the world beside the port of a single cancel. */
import type { ExchangePort, Joined, LookUpOptions } from '../cancel/exchange-port';
import type { Category, OrderRecord, Scope, SentFilter } from '../model';
import type { Meaning } from '../answers/meaning';

/** A request for all orders of a symbol, of spot those of one filter (API section order/cancel-all). */
export interface WideRequest {
  readonly category: Category;
  readonly symbol: string;
  readonly orderFilter?: SentFilter;
}

export type ListOptions = LookUpOptions;
export type CoinOptions = Pick<LookUpOptions, 'untilStop' | 'untilCutOff' | 'onRequest'>;
export type CoinField = 'baseCoin' | 'settleCoin';

export interface Listed {
  readonly readable: true;
  /** the open orders of the place, newest first */
  readonly records: readonly OrderRecord[];
  /** ms, monotonic: when it began */
  readonly since: number;
  /** ms that the exchange's clock is ahead of this machine's, at most */
  readonly aheadMs: number | undefined;
  /** open orders of symbols whose coins nobody knows: perhaps they are in the place */
  readonly unplaced: readonly OrderRecord[];
}

export interface Unlisted {
  readonly readable: false;
  readonly refused?: Extract<Meaning, 'unauthorized' | 'rejected' | 'banned'>;
  /** the rate limit kept it from being listed */
  readonly limited?: boolean;
  /** in words, why */
  readonly explain?: () => string;
}

export type Listing = Listed | Unlisted;

export interface SweepPort extends ExchangePort {
  /** The open orders of a scope's place: category, symbol and coins. */
  list(scope: Scope, options: ListOptions): Promise<Listing>;
  /**
   * The newest open orders of a symbol, one page of them.
   * @param withinMs for the whole of it, a wait for its turn included
   * @returns undefined where they can't be listed
   */
  newest(
    place: Pick<WideRequest, 'category' | 'symbol'>,
    withinMs: number,
    options: ListOptions,
  ): Promise<readonly OrderRecord[] | undefined>;
  /**
   * Whether an order is of the coins of a scope.
   * @returns undefined where they can't be had
   */
  isOfCoins(record: OrderRecord, scope: Scope, options: CoinOptions): Promise<boolean | undefined>;
  /** @returns the field of a scope whose coin no symbol of the category has, if there is one */
  unknownCoin(scope: Scope, options: CoinOptions): Promise<CoinField | undefined>;
  /**
   * Sends one request for all of them; again where it was refused for the rate, or no answer came.
   * @param isMeant asked when its turn has come: whether it still hits nothing that is not meant
   * @returns resolves when none that was sent can take effect any more
   */
  cancelWide(
    wide: WideRequest,
    joined: readonly Joined[],
    isMeant: () => Promise<boolean>,
  ): Promise<void>;
  /** Hears of every order of the account. @returns ends it */
  watchAll(listener: (record: OrderRecord) => void): () => void;
}
