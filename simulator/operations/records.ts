/** What order/realtime and order/history say of the orders, which may lag behind the truth. */
import { refusals } from '../protocol/answers';
import type { Behaviour } from '../books/behaviour';
import type { Books } from '../books/books';
import type { Clock } from '../clock';
import { cursorOf, lastOrderId } from './cursors';
import type { Category, Instruments } from '../books/instruments';
import type { ExchangeOptions } from '../options';
import { isOpenStatus, type Order, type OrderRecord } from '../books/orders';
import { categoryOf, symbolOf, text, type Params } from '../protocol/params';

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

/** A query for orders. */
export interface Asked {
  readonly uid: string;
  readonly params: Params;
  /** the raw query string */
  readonly query: string;
}

interface Page {
  readonly category: Category;
  readonly list: readonly Readonly<Record<string, unknown>>[];
  readonly nextPageCursor: string;
  readonly [field: string]: unknown;
}

export interface RecordsOptions {
  readonly books: Books;
  readonly clock: Clock;
  readonly instruments: Instruments;
  readonly behaviour: Pick<Behaviour, 'cursors' | 'lastPageCursor' | 'filledListedMs'>;
}

export class Records {
  /** how long the records lag behind the books, ms */
  lagMs: number;
  /** how long a closed order is in no list, after it has left that of the open ones, ms */
  historyLagMs: number;
  private shortPages = 0;

  constructor(
    private readonly options: RecordsOptions,
    lags: Pick<ExchangeOptions, 'recordLagMs' | 'historyLagMs'>,
  ) {
    this.lagMs = lags.recordLagMs ?? 0;
    this.historyLagMs = lags.historyLagMs ?? 0;
  }

  /** API section order/open-order */
  realtime(asked: Asked): Page {
    const { params, uid } = asked;
    const category = categoryOf(params);
    const scoped = ['symbol', 'baseCoin', 'settleCoin'].some((name) => text(params, name));
    if (category === 'linear' && !scoped) {
      throw refusals.params('linear needs symbol, baseCoin or settleCoin');
    }
    const entries = this.entries(uid, category).filter(({ order }) => !order.forgotten);
    const closed = entries.filter(this.isListedClosed).slice(0, CLOSED_KEPT);
    if (text(params, 'orderId') ?? text(params, 'orderLinkId')) {
      return this.page([...entries.filter(isOpenEntry), ...closed], asked);
    }
    const closedOnly = text(params, 'openOnly') === '1';
    return this.page(closedOnly ? closed : entries.filter(this.isListedOpen), asked);
  }

  /** API section order/order-list */
  history(asked: Asked): Page {
    const { params, uid } = asked;
    const since = this.options.clock.server() - UNFILLED_KEPT_MS;
    const kept = this.entries(uid, categoryOf(params)).filter(
      (entry) =>
        this.isListedClosed(entry) &&
        (/[1-9]/.test(entry.record.cumExecQty) || Number(entry.record.updatedTime) >= since),
    );
    const status = text(params, 'orderStatus');
    return this.page(
      kept.filter(({ record }) => status === undefined || record.orderStatus === status),
      asked,
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

  /** A row of the open orders can say Filled for a while. */
  private readonly isListedOpen = (entry: Entry): boolean => {
    if (isOpenEntry(entry)) return true;
    const { clock, behaviour } = this.options;
    const since = clock.local() - this.lagMs - behaviour.filledListedMs;
    return entry.record.orderStatus === 'Filled' && entry.at > since;
  };

  private readonly isListedClosed = (entry: Entry): boolean =>
    !isOpenEntry(entry) && entry.at <= this.options.clock.local() - this.lagMs - this.historyLagMs;

  /** What follows the cursor now: orders placed meanwhile are on pages already read. */
  private page(entries: readonly Entry[], asked: Asked): Page {
    const { params } = asked;
    const category = categoryOf(params);
    const limit = Number(text(params, 'limit') ?? '20');
    if (!(limit >= 1 && limit <= 50)) throw refusals.params('limit is 1 to 50');
    const before = this.serialBefore(asked, category);
    const matching = entries
      .filter(this.matcher(params))
      .filter(({ order }) => order.serial < before);
    const page = matching.slice(0, limit);
    const told = matching.length > limit || this.tellsCursor(page.length === limit);
    const { cursors } = this.options.behaviour;
    return {
      category,
      // The reply tells the category once; the records of the order stream have it each.
      list: page.map(({ record }) => ({ ...record, category: undefined })),
      nextPageCursor: told ? cursorOf(page, cursors) : '',
    };
  }

  private serialBefore({ uid, query }: Asked, category: Category): number {
    const orderId = lastOrderId(query, this.options.behaviour.cursors);
    if (orderId === undefined) return Infinity;
    const last = this.options.books.find({ uid, category, orderId });
    if (!last) throw refusals.params('cursor');
    return last.serial;
  }

  /** Of the last page. */
  private tellsCursor(isFull: boolean): boolean {
    switch (this.options.behaviour.lastPageCursor) {
      case 'always':
        return true;
      case 'sometimes':
        return isFull || this.shortPages++ % 2 === 0;
      case 'full':
        return isFull;
      case 'never':
        return false;
    }
  }

  private matcher(params: Params): (entry: Entry) => boolean {
    const symbol = symbolOf(params, this.options.instruments)?.symbol;
    const orderId = text(params, 'orderId');
    const orderLinkId = orderId === undefined ? text(params, 'orderLinkId') : undefined;
    const baseCoin = symbol === undefined ? text(params, 'baseCoin') : undefined;
    const bySettleCoin = symbol === undefined && categoryOf(params) !== 'spot';
    const settleCoin = bySettleCoin ? text(params, 'settleCoin') : undefined;
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
