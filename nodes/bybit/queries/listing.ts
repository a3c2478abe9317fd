/**
 * Lists the open orders of a place to the last page (API section order/open-order). The pages are no
 * snapshot, and they come newest first: what is placed meanwhile lands on pages already read.
 */
import { explain, type Circumstances } from '../answers/explain';
import type { Listing, ListOptions, SweepPort } from '../several/sweep-port';
import { asRecord, endingOf } from '../cancel/order-record';
import { createdAt, isAllowed, isOfSymbol } from '../several/scope';
import { plainCursor } from '../answers/cursor';
import { UNLISTED, type Coins, type Instruments } from './instruments';
import type { Pacing } from '../limits/limits';
import { EVERY_SYMBOL, type OrderRecord, type Scope } from '../model';
import type { Reply } from '../answers/reply';
import type { Rest } from '../wire/http';
import { endingAt, type Time } from '../time/time';

/** ms for one page */
const PAGE_LIMIT = 2000;
/** orders on a page, the most that the exchange allows */
const PAGE_SIZE = 50;
/** an account has less than that */
const MOST_PAGES = 400;
/** times that a page is asked for */
const TRIES = 3;

/** what linear contracts are settled in (API section order/open-order) */
const LINEAR_COINS = ['USDT', 'USDC'];

type Query = Readonly<Record<string, string>>;

export interface ListingOptions {
  readonly ask: Rest;
  readonly pacing: Pacing;
  readonly instruments: Instruments;
  readonly measureClock: SweepPort['measureClock'];
  readonly time: Time;
  /** @returns ms that the exchange's clock is ahead of this machine's, at most */
  readonly aheadMs: () => number | undefined;
  /** who is asked, for words */
  readonly at: Circumstances;
}

export function createListing(options: ListingOptions): SweepPort['list'] {
  const { instruments, time } = options;
  return async (scope, listOptions) => {
    const since = time.now();
    const queries = await queriesOf(scope, instruments, listOptions);
    if (queries === undefined) return { readable: false };
    const records = new Map<string, OrderRecord>();
    for (const query of queries) {
      const pages = await readPages(options, query, listOptions);
      if (!pages.readable) return pages;
      for (const record of pages.records) records.set(record.orderId, record);
    }
    const open = [...records.values()].filter((record) => endingOf(record) === undefined);
    const placed = await inPlace(open, scope, instruments, listOptions);
    return placed === undefined
      ? { readable: false }
      : { readable: true, ...placed, since, aheadMs: options.aheadMs() };
  };
}

/** They come newest first: whether any is newer than a time, one page tells. */
export function createNewest(options: ListingOptions): SweepPort['newest'] {
  return async ({ category, symbol }, withinMs, listOptions) => {
    const { time } = options;
    const fields = { category, symbol, limit: String(PAGE_SIZE) };
    const { signal, release } = endingAt(time, time.now() + withinMs, listOptions.untilStop);
    const until = { untilStop: signal, untilCutOff: signal };
    const page = await readPage(options, fields, { ...listOptions, ...until }, 1);
    release();
    return page.readable ? page.records : undefined;
  };
}

/** Linear orders are listed by symbol, base coin or settle coin; of all others, none is needed. */
async function queriesOf(
  { category, symbol, baseCoin, settleCoin }: Scope,
  instruments: Instruments,
  options: ListOptions,
): Promise<readonly Query[] | undefined> {
  if (symbol !== undefined && symbol !== EVERY_SYMBOL) return [{ category, symbol }];
  if (category === 'spot') return [{ category }];
  if (baseCoin !== undefined) return [{ category, baseCoin }];
  if (settleCoin !== undefined) return [{ category, settleCoin }];
  if (category !== 'linear') return [{ category }];
  const coins = await instruments.settleCoins(category, options);
  // These two at least, whatever the list of contracts has: what is not listed is not looked for.
  return (
    coins &&
    [...new Set([...LINEAR_COINS, ...coins])].map((coin) => ({ category, settleCoin: coin }))
  );
}

type Pages =
  | { readonly readable: true; readonly records: readonly OrderRecord[] }
  | Extract<Listing, { readable: false }>;

async function readPages(
  options: ListingOptions,
  query: Query,
  listOptions: ListOptions,
): Promise<Pages> {
  const records: OrderRecord[] = [];
  let cursor = '';
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const fields: Query = {
      ...query,
      limit: String(PAGE_SIZE),
      ...(cursor === '' ? {} : { cursor }),
    };
    const page = await readPage(options, fields, listOptions);
    if (!page.readable) return page;
    records.push(...page.records);
    cursor = page.cursor;
    // A cursor may come beside the last page as well: that is a short one.
    if (cursor === '' || page.records.length < PAGE_SIZE) {
      return { readable: true, records };
    }
  }
  return { readable: false };
}

type Page =
  | {
      readonly readable: true;
      readonly records: readonly OrderRecord[];
      readonly cursor: string;
    }
  | Extract<Listing, { readable: false }>;

async function readPage(
  { ask, pacing, measureClock, at }: ListingOptions,
  fields: Query,
  { queuedAt, untilStop, untilCutOff, onRequest }: ListOptions,
  most = TRIES,
): Promise<Page> {
  const { pacers, read } = pacing;
  let failed: Extract<Page, { readable: false }> = { readable: false };
  for (let tries = 0; tries < most; tries += 1) {
    const turn = await pacers.realtime.turn(queuedAt, untilStop);
    if (!turn.granted) return { readable: false, ...(turn.why === 'banned' ? BANNED : {}) };
    onRequest();
    const reply = await ask({
      ...{ method: 'GET', path: '/v5/order/realtime', fields },
      ...{ limitMs: PAGE_LIMIT, signal: untilCutOff },
    });
    const meaning = read(pacers.realtime, turn, reply);
    if (meaning === 'accepted') {
      const page = pageOf(reply, String(fields.category));
      if (page !== undefined) return page;
    }
    if (meaning === 'clock') await measureClock(reply.sentAt, untilCutOff);
    const why = { readable: false, explain: () => explain(reply.wire, at) } as const;
    if (meaning === 'unauthorized' || meaning === 'rejected' || meaning === 'banned') {
      return { ...why, refused: meaning };
    }
    // A gateway can refuse one request of many: all tries of a page say more.
    if (meaning === 'denied' && tries === most - 1) return { ...why, refused: 'unauthorized' };
    // What was cut off tells nothing, and must not hide what was told before.
    if (untilCutOff.aborted) break;
    failed = { ...why, limited: meaning === 'rate' || meaning === 'throttled' };
  }
  return failed;
}

const BANNED = { refused: 'banned' } as const;

/** A row that can't be read makes the whole page unreadable: it may be an order that is meant. */
function pageOf(reply: Reply, category: string): Page | undefined {
  const { list, nextPageCursor } = (reply.result ?? {}) as Record<string, unknown>;
  if (!Array.isArray(list)) return undefined;
  const records: OrderRecord[] = [];
  for (const item of list) {
    const record = asRecord(item, category);
    if (record === undefined || Number.isNaN(createdAt(record))) return undefined;
    records.push(record);
  }
  // Without a cursor, whether more comes after a full page is not known.
  if (list.length >= PAGE_SIZE && typeof nextPageCursor !== 'string') return undefined;
  return { readable: true, records, cursor: plainCursor(nextPageCursor) };
}

type Placed = Pick<Extract<Listing, { readable: true }>, 'records' | 'unplaced'>;

/** @returns undefined where the coins of a symbol can't be had */
async function inPlace(
  records: readonly OrderRecord[],
  scope: Scope,
  instruments: Instruments,
  options: ListOptions,
): Promise<Placed | undefined> {
  const ofSymbol = records.filter((record) => isOfSymbol(record, scope));
  if (!hasCoins(scope)) return { records: ofSymbol, unplaced: [] };
  const { category } = scope;
  const allowed = ofSymbol.filter((record) => isAllowed(record, scope));
  const symbols = allowed.map(({ symbol }) => symbol);
  const coins = await instruments.coinsOf(category, symbols, options);
  if (allowed.some(({ symbol }) => !coins.has(symbol))) return undefined;
  // What may not be cancelled leaves no doubt, and is not asked about: it counts as spared, unless its
  // coins are known to be others.
  const others = ofSymbol.filter((record) => !isAllowed(record, scope));
  const fits = ({ symbol }: OrderRecord) => fitsCoins(coins.get(symbol), scope);
  const mayFit = ({ symbol }: OrderRecord) =>
    fitsCoins(instruments.known(category, symbol), scope) ?? true;
  return {
    records: [...allowed.filter((record) => fits(record) === true), ...others.filter(mayFit)],
    unplaced: allowed.filter((record) => fits(record) === undefined),
  };
}

function hasCoins({ baseCoin, settleCoin }: Scope): boolean {
  return baseCoin !== undefined || settleCoin !== undefined;
}

/** @returns undefined where nobody knows */
function fitsCoins(
  coins: Coins | typeof UNLISTED | undefined,
  { baseCoin, settleCoin }: Scope,
): boolean | undefined {
  if (coins === undefined || coins === UNLISTED) return undefined;
  const isBase = baseCoin === undefined || coins.baseCoin === baseCoin;
  return isBase && (settleCoin === undefined || coins.settleCoin === settleCoin);
}

/** The coins of a scope, beside its listing: of an order that the stream told of, and whether they exist. */
export function createCoins(
  instruments: Instruments,
): Pick<SweepPort, 'isOfCoins' | 'unknownCoin'> {
  return {
    async isOfCoins({ symbol }, scope, options) {
      if (!hasCoins(scope)) return true;
      const coins = await instruments.coinsOf(scope.category, [symbol], options);
      return fitsCoins(coins.get(symbol), scope);
    },
    async unknownCoin(scope, options) {
      for (const field of ['baseCoin', 'settleCoin'] as const) {
        const { category, [field]: coin } = scope;
        if (coin === undefined) continue;
        if ((await instruments.hasCoin(category, field, coin, options)) === false) return field;
      }
      return undefined;
    },
  };
}
