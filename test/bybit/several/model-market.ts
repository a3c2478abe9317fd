/**
 * Several orders and an exchange that answers for them as badly as one can, behind the connections of
 * an account: batches that fail whole, in part and after their effect, lists that are missing or out
 * of order, records that lag, a stream that drops. The truth is kept beside, order by order.
 */
import type { WireAnswer } from '../../../nodes/bybit/answers/meaning';
import type { CancelRequest, OrderRecord } from '../../../nodes/bybit/model';
import { createClock } from '../../../nodes/bybit/wire/clock';
import type { Connections, LiveWebSocketUse } from '../../../nodes/bybit/wire/connections';
import type { Reply } from '../../../nodes/bybit/answers/reply';
import type { RestRequest } from '../../../nodes/bybit/wire/http';
import type { Signal } from '../../../nodes/bybit/time/abort';
import { sleep } from '../../../nodes/bybit/time/time';
import type { FakeTime } from '../../support/fake-time';
import type { Truth } from '../cancel/contradiction';

export interface MarketChances {
  /** a request's answer is lost, after or without taking effect */
  readonly lost: number;
  /** refused for certain, as a whole */
  readonly refused: number;
  /** answered by a code that proves nothing, before or after the effect */
  readonly unproved: number;
  /** of the orders in a batch: each has a code of its own */
  readonly itemFails: number;
  /** a batch's lists are missing, uneven or reordered */
  readonly lists: number;
  readonly lookUpFails: number;
  readonly eventDropped: number;
  /** ms that the records lag behind, at most */
  readonly lag: number;
  /** ms to and from the exchange, at most */
  readonly distance: number;
  readonly streamDown: boolean;
  /** what batches of it are answered; without it they are served */
  readonly batchRefusal?: 10005 | 10404 | 404;
}

/** ms: within that an effect shows in the records after an answer that proves nothing */
const EFFECT_LIMIT = 300;
const RECORD_LIMIT = 1600;
const PROVES_NOTHING = [500000, 180000, 10016, 110079, 10429, 170144];
const ITEM_CODES = [10006, 170222, 20003, 10429, 500000, 10001];
const REFUSED_BEFORE_ANYTHING = new Set([10006, 170222, 20003, 10001]);

export interface Book {
  readonly truth: Truth;
  readonly request: CancelRequest;
  readonly orderId: string;
  readonly orderLinkId: string;
  /** what its records have besides */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly past: { readonly at: number; readonly record: OrderRecord }[];
  /** an acknowledgement has told which order it is: until then an own id may be an earlier one's */
  isNamed: boolean;
}

export interface Item {
  readonly orderId?: string;
  readonly orderLinkId?: string;
}

export class ModelMarket {
  readonly books: Book[];
  readonly connections: Connections;
  batches = 0;
  /** somebody waits for the orders: what the stream tells before proves nothing to them */
  isWatched = false;
  private stream: LiveWebSocketUse | undefined;

  constructor(
    protected readonly time: FakeTime,
    protected readonly random: () => number,
    protected readonly chances: MarketChances,
    count: number,
  ) {
    this.books = Array.from({ length: count }, (_, i) => this.newBook(i));
    this.connections = {
      rest: (request) => this.ask(request),
      clock: createClock(time.wall, () => undefined),
      clean: (text) => text,
      proxied: false,
      open: (use) => this.open(use),
      openOnce: () => {
        throw new Error('nobody opens one here');
      },
      close: () => Promise.resolve(),
    };
    for (const book of this.books) this.live(book);
  }

  protected chance(share: number): boolean {
    return this.random() < share;
  }

  protected pickOf<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }

  protected way(): number {
    const { distance } = this.chances;
    return this.chance(0.05) ? this.random() * distance * 20 : this.random() * distance;
  }

  private newBook(i: number): Book {
    const [orderId, orderLinkId] = [`order-${i}`, `mine-${i}`];
    const exists = this.chance(0.96);
    const ids = this.chance(0.7) ? { orderId } : { orderLinkId };
    const category = this.chance(0.8) ? 'linear' : 'inverse';
    const request: CancelRequest = { category, symbol: 'BTCUSDT', ...ids };
    const truth = { exists, status: 'New', acknowledged: false, attempts: 0, hidden: false };
    const isNamed = request.orderId !== undefined;
    return { truth, request, orderId, orderLinkId, fields: {}, past: [], isNamed };
  }

  /** What happens to the order without us. */
  private live(book: Book): void {
    const later = (callback: () => void) => void this.time.after(this.random() * 4000, callback);
    if (book.truth.exists) this.change(book, 'New');
    if (this.chance(0.1)) later(() => this.close(book, 'Filled', 'fill'));
    if (this.chance(0.08)) later(() => this.close(book, 'Cancelled', 'others'));
    if (this.chance(0.05)) this.close(book, 'Filled', 'fill');
    if (this.chance(0.05)) this.close(book, 'Cancelled', 'others');
  }

  protected close(book: Book, status: string, closedBy: NonNullable<Truth['closedBy']>): void {
    if (!isOpen(book)) return;
    book.truth.closedBy = closedBy;
    this.change(book, status);
  }

  protected change(book: Book, orderStatus: string): void {
    const { orderId, orderLinkId, request, truth } = book;
    truth.status = orderStatus;
    const record: OrderRecord = {
      ...book.fields,
      ...{ category: request.category, symbol: request.symbol, orderId, orderLinkId, orderStatus },
      ...{ cumExecQty: '0', updatedTime: String(this.time.wall()) },
    };
    book.past.push({ at: this.time.now(), record });
    if (this.chance(this.chances.eventDropped)) return;
    this.time.after(this.way(), () => this.tell(book, record));
  }

  private tell(book: Book, record: OrderRecord): void {
    if (this.stream === undefined) return;
    if (book.isNamed && this.isWatched) this.prove(book, record);
    this.stream.onMessage({ topic: 'order', data: [record] });
  }

  private prove({ truth }: Book, { orderStatus }: OrderRecord): void {
    if (!OPEN.has(orderStatus)) truth.provedAt ??= this.time.now();
  }

  private open(use: LiveWebSocketUse) {
    const isUp = !this.chances.streamDown;
    this.time.after(1, () => {
      if (!isUp) return;
      this.stream = use;
      use.onReady();
    });
    const subscribed = () => use.onMessage({ op: 'subscribe', success: true });
    const cut = () => {
      this.stream = undefined;
      use.onDown();
    };
    if (isUp && this.chance(0.3)) this.time.after(this.random() * 3000, cut);
    return {
      send: () => {
        this.time.after(1, subscribed);
        return isUp;
      },
      wake: () => undefined,
      close: () => (this.stream = undefined),
    };
  }

  private async ask(request: RestRequest): Promise<Reply> {
    const sentAt = this.time.wall();
    const items = itemsOf(request);
    for (const item of items) for (const book of this.find(item)) book.truth.attempts += 1;
    if (request.path.endsWith('cancel-batch')) this.batches += 1;
    const told = await this.answer(request, items);
    const receivedAt = this.time.wall();
    const { signal } = request;
    const isLate = signal.aborted || receivedAt - sentAt > request.limitMs;
    if (isLate && told.wire.kind !== 'failure') return { wire: LOST, sentAt, receivedAt };
    for (const item of told.acknowledged ?? []) {
      for (const book of this.find(item)) {
        book.truth.acknowledged = true;
        book.isNamed ||= told.namesThem !== false;
      }
    }
    for (const { book, record } of told.proved ?? []) this.prove(book, record);
    return { ...told, sentAt, receivedAt };
  }

  protected async answer(request: RestRequest, items: readonly Item[]): Promise<Told> {
    const { signal, onSent, limitMs } = request;
    if (this.chance(0.03)) return { wire: { ...LOST, sent: false } };
    onSent?.();
    await sleep(this.time, this.way(), signal);
    if (signal.aborted) return { wire: LOST };
    if (items.length === 0) return this.lookUp(request, signal);
    const told = this.cancel(request, items);
    if (told === undefined) {
      await sleep(this.time, this.chance(0.5) ? this.way() : limitMs, signal);
      return { wire: LOST };
    }
    await sleep(this.time, this.way(), signal);
    return told;
  }

  /** @returns undefined: the answer is lost */
  protected cancel(request: RestRequest, items: readonly Item[]): Told | undefined {
    const { chances } = this;
    const isBatch = request.path.endsWith('cancel-batch');
    if (isBatch && chances.batchRefusal === 404) return { wire: NOT_THERE };
    if (isBatch && chances.batchRefusal !== undefined) return reply(chances.batchRefusal);
    if (this.chance(chances.refused)) return reply(10006);
    if (this.chance(chances.unproved)) {
      if (this.chance(0.5)) items.forEach((item) => this.takeUp(item, EFFECT_LIMIT));
      return reply(this.pickOf(PROVES_NOTHING));
    }
    const isLost = this.chance(chances.lost);
    if (isLost && this.chance(0.5)) return undefined;
    const codes = items.map((item) => this.cancelOne(item, isBatch));
    if (isLost) return undefined;
    if (isBatch) return this.batchReply(items, codes);
    const [item = {}, code = 0] = [items[0], codes[0]];
    return code === 0
      ? { ...reply(0), result: this.idsOf(item), acknowledged: [item] }
      : reply(code);
  }

  private cancelOne(item: Item, isBatch: boolean): number {
    const code = isBatch && this.chance(this.chances.itemFails) ? this.pickOf(ITEM_CODES) : 0;
    if (REFUSED_BEFORE_ANYTHING.has(code)) return code;
    if (code !== 0) {
      if (this.chance(0.5)) this.takeUp(item, EFFECT_LIMIT);
      return code;
    }
    return this.takeUp(item, 0) ? 0 : 110001;
  }

  /** It takes effect later, unless the order fills first. */
  protected takeUp(item: Item, within: number): boolean {
    const [book] = this.find(item);
    if (book === undefined || !isOpen(book)) return false;
    if (this.chance(0.05)) this.time.after(0, () => this.close(book, 'Filled', 'fill'));
    const ms = within === 0 ? this.way() : this.random() * within;
    this.time.after(ms, () => this.close(book, 'Cancelled', 'us'));
    return true;
  }

  private batchReply(items: readonly Item[], codes: readonly number[]): Told {
    const rows = items.map((item, i) =>
      codes[i] === 0 ? this.idsOf(item) : { orderId: '', orderLinkId: item.orderLinkId ?? '' },
    );
    const told = codes.map((code) => ({ code, msg: code === 0 ? 'OK' : 'Rejected' }));
    const acknowledged = items.filter((_item, i) => codes[i] === 0);
    const lists = (list: readonly object[], codeList: readonly object[]): Told => ({
      ...reply(0),
      ...{ result: { list }, retExtInfo: { list: codeList }, acknowledged },
    });
    if (!this.chance(this.chances.lists)) return lists(rows, told);
    switch (this.pickOf(['missing', 'short', 'reordered', 'noIds'])) {
      case 'missing':
        return reply(0);
      case 'short':
        return { ...lists(rows, told.slice(1)), namesThem: false };
      case 'reordered':
        return lists(items.map((item) => this.idsOf(item)).reverse(), [...told].reverse());
      default:
        return {
          ...lists(
            rows.map(() => NAMELESS),
            told,
          ),
          namesThem: false,
        };
    }
  }

  protected idsOf(item: Item): Required<Item> {
    const [book] = this.find(item);
    return { orderId: item.orderId ?? '', orderLinkId: item.orderLinkId ?? '', ...idsIn(book) };
  }

  protected find({ orderId, orderLinkId }: Item): Book[] {
    return this.books.filter((book) =>
      orderId === undefined ? book.orderLinkId === orderLinkId : book.orderId === orderId,
    );
  }

  protected async lookUp({ path, fields }: RestRequest, signal: Signal): Promise<Told> {
    if (path.endsWith('/time')) return reply(10006);
    const isHistory = path.endsWith('history');
    const fails = this.chance(this.chances.lookUpFails);
    const [book] = this.find(fields);
    const seen = book && this.seen(book, isHistory);
    await sleep(this.time, this.way(), signal);
    if (fails) return { wire: LOST };
    const list = seen === undefined || book === undefined ? [] : [seen];
    const proved = seen === undefined || book === undefined ? [] : [{ book, record: seen }];
    return { ...reply(0), result: { category: fields.category, list }, proved };
  }

  /** The record as it was some time ago. */
  private seen({ past }: Book, isHistory: boolean): OrderRecord | undefined {
    const { lag } = this.chances;
    const when = this.time.now() - this.random() * (isHistory ? lag : Math.min(lag, RECORD_LIMIT));
    const record = past.findLast(({ at }) => at <= when)?.record ?? past[0]?.record;
    return isHistory && OPEN.has(record?.orderStatus ?? '') ? undefined : record;
  }
}

export interface Told extends Pick<Reply, 'wire' | 'result' | 'retExtInfo'> {
  readonly acknowledged?: readonly Item[];
  /** default: it does */
  readonly namesThem?: boolean;
  readonly proved?: readonly { readonly book: Book; readonly record: OrderRecord }[];
}

/** statuses of open orders */
export const OPEN: ReadonlySet<string> = new Set(['New', 'Untriggered']);

const NAMELESS = { orderId: '', orderLinkId: '' };
export const LOST = { kind: 'failure', sent: true, reason: 'lost' } as const;
const NOT_THERE: WireAnswer = { kind: 'foreign', httpStatus: 404, looks: 'text', text: '404' };

export function reply(retCode: number): Told {
  const retMsg = retCode === 0 ? 'OK' : 'Rejected';
  return { wire: { kind: 'reply', retCode, retMsg, httpStatus: 200 } };
}

function itemsOf({ path, fields }: RestRequest): readonly Item[] {
  if (path.endsWith('cancel-batch')) return fields.request as readonly Item[];
  return path.endsWith('order/cancel') ? [fields] : [];
}

function idsIn(book: Book | undefined): Item {
  return book === undefined ? {} : { orderId: book.orderId, orderLinkId: book.orderLinkId };
}

export function isOpen({ truth }: Book): boolean {
  return truth.exists && truth.closedBy === undefined;
}
