/** What order/realtime and order/history say of the orders, which may lag behind the truth. */
import { refusals } from './answers';
import type { Books } from './books';
import type { Clock } from './clock';
import type { Category, Instruments } from './instruments';
import type { ExchangeOptions } from './options';
import { isOpenStatus, type Order, type OrderRecord } from './orders';
import { categoryOf, symbolOf, text, type Params } from './params';

/** Closed orders that order/realtime keeps, per account and category. */
const CLOSED_KEPT = 500;
/** How long the history keeps an order that was closed without a fill. */
const UNFILLED_KEPT_MS = 24 * 60 * 60 * 1000;

interface Entry {
  readonly order: Order;
  readonly record: OrderRecord;
  /** since when it is so, ms since the epoch, this machine's clock */
  readonly at: number;
}

interface Page {
  readonly category: Category;
  readonly list: readonly OrderRecord[];
  readonly nextPageCursor: string;
  readonly [field: string]: unknown;
}

export interface RecordsOptions {
  readonly books: Books;
  readonly clock: Clock;
  readonly instruments: Instruments;
}

export class Records {
  /** how long the records lag behind the books, ms */
  lagMs: number;
  /** how long a closed order is in no list, after it has left that of the open ones, ms */
  historyLagMs: number;

  constructor(
    private readonly options: RecordsOptions,
    lags: Pick<ExchangeOptions, 'recordLagMs' | 'historyLagMs'>,
  ) {
    this.lagMs = lags.recordLagMs ?? 0;
    this.historyLagMs = lags.historyLagMs ?? 0;
  }

  /** API section order/open-order */
  realtime(uid: string, params: Params): Page {
    const category = categoryOf(params);
    const scoped = ['symbol', 'baseCoin', 'settleCoin'].some((name) => text(params, name));
    if (category === 'linear' && !scoped) {
      throw refusals.params('linear needs symbol, baseCoin or settleCoin');
    }
    const entries = this.entries(uid, category).filter(({ order }) => !order.forgotten);
    const open = entries.filter(isOpenEntry);
    const closed = entries.filter(this.isListedClosed).slice(0, CLOSED_KEPT);
    const byId = text(params, 'orderId') ?? text(params, 'orderLinkId');
    const wanted = text(params, 'openOnly') === '1' ? closed : open;
    return this.page(byId === undefined ? wanted : [...open, ...closed], params);
  }

  /** API section order/order-list */
  history(uid: string, params: Params): Page {
    const since = this.options.clock.server() - UNFILLED_KEPT_MS;
    const kept = this.entries(uid, categoryOf(params)).filter(
      (entry) =>
        this.isListedClosed(entry) &&
        (/[1-9]/.test(entry.record.cumExecQty) || Number(entry.record.updatedTime) >= since),
    );
    const status = text(params, 'orderStatus');
    return this.page(
      kept.filter(({ record }) => status === undefined || record.orderStatus === status),
      params,
    );
  }

  /** Newest first, each as it was on record `lagMs` ago. A new order is there at once. */
  private entries(uid: string, category: Category): Entry[] {
    const asOf = this.options.clock.local() - this.lagMs;
    const entries: Entry[] = [];
    for (const order of this.options.books.all().reverse()) {
      if (order.uid !== uid || order.category !== category) continue;
      const version = order.versions.findLast(({ at }) => at <= asOf) ?? order.versions[0];
      if (version) entries.push({ order, ...version });
    }
    return entries;
  }

  private readonly isListedClosed = (entry: Entry): boolean =>
    !isOpenEntry(entry) && entry.at <= this.options.clock.local() - this.lagMs - this.historyLagMs;

  private page(entries: readonly Entry[], params: Params): Page {
    const category = categoryOf(params);
    const matching = entries.filter(this.matcher(params));
    const limit = Number(text(params, 'limit') ?? '20');
    if (!(limit >= 1 && limit <= 50)) throw refusals.params('limit is 1 to 50');
    const after = text(params, 'cursor');
    const start = 1 + matching.findIndex(({ record }) => record.orderId === after);
    const list = matching.slice(start, start + limit).map(({ record }) => record);
    const more = matching.length > start + limit;
    return { category, list, nextPageCursor: more ? (list.at(-1)?.orderId ?? '') : '' };
  }

  private matcher(params: Params): (entry: Entry) => boolean {
    const symbol = symbolOf(params, this.options.instruments)?.symbol;
    const orderId = text(params, 'orderId');
    const orderLinkId = orderId === undefined ? text(params, 'orderLinkId') : undefined;
    const baseCoin = symbol === undefined ? text(params, 'baseCoin') : undefined;
    const settleCoin = symbol === undefined ? text(params, 'settleCoin') : undefined;
    const filter = text(params, 'orderFilter');
    const fits = (wanted: string | undefined, is: string) => wanted === undefined || wanted === is;
    return ({ order }) =>
      fits(symbol, order.symbol) &&
      fits(orderId, order.orderId) &&
      fits(orderLinkId, order.orderLinkId) &&
      fits(baseCoin, order.instrument.baseCoin) &&
      fits(settleCoin, order.instrument.settleCoin) &&
      fits(filter, order.orderFilter);
  }
}

const isOpenEntry = ({ record }: Entry): boolean => isOpenStatus(record.orderStatus);
