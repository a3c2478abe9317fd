/**
 * A market with a scope in it: open orders of all kinds, listings that lag and come page by page, wide
 * requests, and a second program that places orders meanwhile. It notes each request that names or can
 * hit an order that was not meant.
 */
import type { Scope, Which } from '../../../nodes/bybit/model';
import type { RestRequest } from '../../../nodes/bybit/wire/http';
import type { Signal } from '../../../nodes/bybit/time/abort';
import { sleep } from '../../../nodes/bybit/time/time';
import type { FakeTime } from '../../support/fake-time';
import {
  isOpen,
  LOST,
  OPEN,
  ModelMarket,
  reply,
  type Book,
  type Item,
  type MarketChances,
  type Told,
} from './model-market';

/** orders on a page, whatever is asked for: so that few orders have several pages */
const PAGE = 50;

export interface ScopeChances extends MarketChances {
  /** orders of a second program in a second */
  readonly placing: number;
}

export class ModelScope extends ModelMarket {
  /** what is wrong with a request */
  readonly faults: string[] = [];
  /** ms: when the last listing was begun */
  listedAt = -Infinity;
  /** ms since the epoch: as of when the newest orders were told the last time */
  private newestAt = -Infinity;
  /** the same, as of when a request was sent: it can be held up on its way */
  private readonly newestBefore = new WeakMap<RestRequest, number>();
  wides = 0;
  /** ms since the epoch: from then on an order is newer than the message */
  arrivedAt = Infinity;
  /** it was said that nothing is left */
  isProved = false;
  private isEnded = false;

  constructor(
    time: FakeTime,
    random: () => number,
    private readonly own: ScopeChances,
    private readonly scope: Scope,
    private readonly which: Which,
    count: number,
  ) {
    super(time, random, own, 0);
    for (let i = 0; i < count; i += 1) this.place();
  }

  /** A second program places orders from now on. */
  placeMore(): void {
    const { placing } = this.own;
    if (placing === 0 || this.isEnded) return;
    this.time.after((this.random() * 2000) / placing, () => {
      if (this.isEnded) return;
      this.place();
      this.placeMore();
    });
  }

  end(): void {
    this.isEnded = true;
  }

  /** Whether the order is meant, by the truth about it. */
  isMeant({ fields, request, orderLinkId }: Book): boolean {
    const { kinds, side, orderLinkIdPrefix, placedBefore = Infinity, symbol } = this.scope;
    const protects = fields.reduceOnly === true || fields.stopOrderType === 'TakeProfit';
    if (kinds !== 'all' && protects) return false;
    if (kinds === 'conditional' && fields.stopOrderType !== 'Stop') return false;
    if (side !== undefined && fields.side !== side) return false;
    if (orderLinkIdPrefix !== undefined && !orderLinkId.startsWith(orderLinkIdPrefix)) return false;
    if (symbol !== '*' && request.symbol !== symbol) return false;
    const before =
      this.which === 'snapshot' ? Math.min(placedBefore, this.arrivedAt) : placedBefore;
    return Number(fields.createdTime) < before;
  }

  private place(): void {
    const i = this.books.length;
    const symbol = this.chance(0.8) ? 'BTCUSDT' : 'ETHUSDT';
    const orderLinkId = this.chance(0.5) ? `mine-${i}` : `other-${i}`;
    const book: Book = {
      truth: { exists: true, status: 'New', acknowledged: false, attempts: 0, hidden: false },
      request: { category: 'linear', symbol, orderId: `order-${i}` },
      ...{ orderId: `order-${i}`, orderLinkId, past: [], isNamed: true },
      fields: {
        side: this.chance(0.5) ? 'Buy' : 'Sell',
        stopOrderType: this.pickOf(['', '', '', 'Stop', 'TakeProfit']),
        reduceOnly: this.chance(0.1),
        createdTime: String(Math.floor(this.time.wall())),
      },
    };
    this.books.push(book);
    this.change(book, book.fields.stopOrderType === 'Stop' ? 'Untriggered' : 'New');
    if (this.chance(0.05)) {
      this.time.after(this.random() * 3000, () => this.close(book, 'Filled', 'fill'));
    }
  }

  protected override answer(request: RestRequest, items: readonly Item[]): Promise<Told> {
    this.newestBefore.set(request, this.newestAt);
    return super.answer(request, items);
  }

  protected override cancel(request: RestRequest, items: readonly Item[]): Told | undefined {
    for (const item of items) {
      const [book] = this.find(item);
      if (book === undefined || !this.isMeant(book)) this.faults.push(`names ${item.orderId}`);
    }
    return super.cancel(request, items);
  }

  protected override async lookUp(request: RestRequest, signal: Signal): Promise<Told> {
    const { path, fields } = request;
    if (path.endsWith('cancel-all')) return this.cancelAll(request, signal);
    if (path.endsWith('realtime') && fields.orderId === undefined)
      return this.list(request, signal);
    return super.lookUp(request, signal);
  }

  private async list({ fields }: RestRequest, signal: Signal): Promise<Told> {
    if (fields.cursor === undefined) this.listedAt = this.time.now();
    const fails = this.chance(this.own.lookUpFails);
    const lag = this.random() * Math.min(this.own.lag, 1600);
    const when = this.time.now() - lag;
    // What was closed lately may still be there; what was placed is there at once.
    const rows = [...this.books]
      .reverse()
      .filter(({ request }) => fields.symbol === undefined || request.symbol === fields.symbol)
      .map(({ past }) => (past.findLast(({ at }) => at <= when) ?? past[0])!.record)
      .filter(({ orderStatus }) => OPEN.has(orderStatus));
    // An order's stamp is a whole ms.
    const asOf = Math.floor(this.time.wall());
    const from = 1 + rows.findIndex(({ orderId }) => orderId === fields.cursor);
    const list = rows.slice(from, from + PAGE);
    await sleep(this.time, this.way(), signal);
    // Only what has come back was told.
    if (fields.cursor === undefined && !fails && !signal.aborted) {
      this.newestAt = Math.max(this.newestAt, asOf);
    }
    if (fails) return { wire: LOST };
    return {
      ...reply(0),
      result: { category: 'linear', list, nextPageCursor: list.at(-1)?.orderId ?? '' },
    };
  }

  private async cancelAll(request: RestRequest, signal: Signal): Promise<Told> {
    const { fields, limitMs } = request;
    const newestAt = this.newestBefore.get(request) ?? -Infinity;
    this.wides += 1;
    const { scope, own } = this;
    const narrowing = [scope.side, scope.orderLinkIdPrefix, scope.baseCoin, scope.placedBefore];
    const isWhole = scope.kinds === 'all' && narrowing.every((one) => one === undefined);
    if (!isWhole || fields.baseCoin !== undefined) this.faults.push('a wide request');
    const hit = this.books.filter((book) => isOpen(book) && book.request.symbol === fields.symbol);
    // Those placed since the message came may be hit in the first moments, and the help says so.
    const strangers = hit.filter((book) => !this.isMeant(book));
    if (strangers.some(({ fields: { createdTime } }) => Number(createdTime) < this.arrivedAt)) {
      this.faults.push('a wide request hits what is not meant');
    }
    // What a look at the newest orders has shown must not be hit.
    if (strangers.some(({ fields: { createdTime } }) => Number(createdTime) < newestAt)) {
      this.faults.push('a wide request hits what a listing had shown as newer');
    }
    if (this.chance(own.refused)) return reply(10006);
    const isLost = this.chance(own.lost);
    if (isLost && this.chance(0.6)) {
      this.arriveLate(request);
      return { wire: LOST };
    }
    if (!(isLost && this.chance(0.5))) hit.forEach(({ orderId }) => this.takeUp({ orderId }, 0));
    await sleep(this.time, isLost && this.chance(0.5) ? limitMs : this.way(), signal);
    if (isLost) return { wire: LOST };
    const list = hit.map(({ orderId, orderLinkId }) => ({ orderId, orderLinkId }));
    return { ...reply(0), result: { list, success: '1' } };
  }

  /** The connection broke, and the request comes through all the same, while it is not too old. */
  private arriveLate({ fields }: RestRequest): void {
    this.time.after(this.random() * 1500, () => {
      if (this.isProved) this.faults.push('a wide request takes effect after the report');
      const hit = this.books.filter(
        (book) => isOpen(book) && book.request.symbol === fields.symbol,
      );
      hit.forEach(({ orderId }) => this.takeUp({ orderId }, 0));
    });
  }
}
