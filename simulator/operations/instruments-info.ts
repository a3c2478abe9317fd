/** What is listed (API section market/instrument), page by page. */
import { refusals } from '../protocol/answers';
import type { Category, Instrument, Instruments } from '../books/instruments';
import { categoryOf, symbolOf, text, type Params } from '../protocol/params';

export function instrumentsInfo(
  instruments: Instruments,
  params: Params,
): Readonly<Record<string, unknown>> {
  const category = categoryOf(params);
  const symbol = symbolOf(params, instruments)?.symbol;
  const baseCoin = baseCoinOf(category, params);
  const found = instruments
    .of(category)
    .filter((one) => symbol === undefined || one.symbol === symbol)
    .filter((one) => baseCoin === undefined || one.baseCoin === baseCoin);
  // Spot knows no pages: limit and cursor say nothing there, and no cursor is told.
  if (category === 'spot') return { category, list: found.map(listed) };
  const limit = limitOf(params);
  const from = startOf(found, text(params, 'cursor'));
  const page = found.slice(from, from + limit);
  const more = from + limit < found.length;
  return { category, list: page.map(listed), nextPageCursor: more ? cursorOf(page) : '' };
}

/** Options are listed for one coin at a time. */
function baseCoinOf(category: Category, params: Params): string | undefined {
  if (category === 'spot' || text(params, 'symbol') !== undefined) return undefined;
  return text(params, 'baseCoin') ?? (category === 'option' ? 'BTC' : undefined);
}

function limitOf(params: Params): number {
  const limit = Number(text(params, 'limit') ?? '500');
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw refusals.params('limit');
  return limit;
}

/** As the documents show it, it is told in the form in which it belongs into the next query. */
function cursorOf(page: readonly Instrument[]): string {
  return encodeURIComponent(`first=${page[0]?.symbol ?? ''}&last=${page.at(-1)?.symbol ?? ''}`);
}

function startOf(found: readonly Instrument[], cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const last = /^first=[^&]+&last=([^&]+)$/.exec(cursor)?.[1];
  const at = found.findIndex(({ symbol }) => symbol === last);
  if (at < 0) throw refusals.params('cursor');
  return at + 1;
}

function listed({ symbol, baseCoin, quoteCoin, settleCoin }: Instrument) {
  return { symbol, status: 'Trading', baseCoin, quoteCoin, settleCoin };
}
