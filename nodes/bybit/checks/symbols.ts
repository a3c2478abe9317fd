/**
 * The symbols that can be traded (API section market/instrument), for whoever fills in a dialog.
 * A comfort, never a need: whatever goes wrong, there is just nothing to offer.
 */
import type { Category } from '../model';
import type { AskLightly } from '../wire/http';
import { plainCursor } from '../answers/cursor';
import { meaningOf } from '../answers/meaning';
import type { Time } from '../time/time';

/** ms */
const KEPT = 60 * 60 * 1000;
/** ms; a dialog asks often, and an exchange that refuses is not to be asked as often */
const KEPT_WITHOUT_ANSWER = 60 * 1000;
/** ms for all pages */
const LIMIT = 5000;
/** A contract has about 1.5 kB: the 1000 that the exchange allows could be too large an answer. */
const PAGE_SIZE = '400';
const MOST_PAGES = 10;
/** Without one the exchange takes BTC; not every site knows the newer `All`. */
const COINS_WITH_OPTIONS = ['BTC', 'ETH', 'SOL'];

type Query = Readonly<Record<string, string>>;
interface Page {
  readonly symbols: readonly string[];
  /** of the next page */
  readonly cursor: string;
}
type AskPage = (query: Query) => Promise<Page | undefined>;

export interface Symbols {
  /** Never rejects. @returns the category's symbols, none when they can't be had */
  list(category: Category): Promise<readonly string[]>;
  /** Nothing more is asked. Resolves when nothing is under way. */
  close(): Promise<void>;
}

interface Kept {
  readonly symbols: Promise<readonly string[]>;
  /** ms, monotonic */
  until: number;
}

/** All who ask within an hour share one answer. */
export function createSymbols(askLightly: AskLightly, time: Time): Symbols {
  const kept = new Map<Category, Kept>();
  const closing = new AbortController();

  const fetchAll = async (category: Category) => {
    const late = new AbortController();
    const timer = time.after(LIMIT, () => late.abort());
    const ask = pageBy(askLightly, AbortSignal.any([closing.signal, late.signal]));
    const lists = await Promise.all(queriesFor(category).map((query) => readPages(ask, query)));
    timer.cancel();
    return lists.includes(undefined) ? [] : lists.flatMap((list) => list ?? []);
  };

  const start = (category: Category): Kept => {
    // What a server says can be such that the next page can't even be asked for.
    const symbols = fetchAll(category).catch(() => []);
    const fresh: Kept = { symbols, until: Infinity };
    void symbols.then(({ length }) => {
      fresh.until = time.now() + (length > 0 ? KEPT : KEPT_WITHOUT_ANSWER);
    });
    return fresh;
  };

  return {
    list(category) {
      let found = kept.get(category);
      if (found === undefined || time.now() >= found.until) {
        found = start(category);
        kept.set(category, found);
      }
      return found.symbols;
    },
    async close() {
      closing.abort('closing');
      await Promise.all([...kept.values()].map(({ symbols }) => symbols));
    },
  };
}

/** Spot knows no pages. */
function queriesFor(category: Category): readonly Query[] {
  if (category === 'spot') return [{ category }];
  const query = { category, limit: PAGE_SIZE };
  if (category !== 'option') return [query];
  return COINS_WITH_OPTIONS.map((baseCoin) => ({ ...query, baseCoin }));
}

/** All or none: half a list would hide what is there. */
async function readPages(ask: AskPage, query: Query): Promise<readonly string[] | undefined> {
  const symbols = new Set<string>();
  let cursor = '';
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const page = await ask(cursor === '' ? query : { ...query, cursor });
    if (page === undefined) return undefined;
    page.symbols.forEach((symbol) => symbols.add(symbol));
    cursor = page.cursor;
    if (cursor === '') break;
  }
  return [...symbols];
}

function pageBy(askLightly: AskLightly, signal: AbortSignal): AskPage {
  return async (fields) => {
    // An agent that was cut would open another connection.
    if (signal.aborted) return undefined;
    const path = '/v5/market/instruments-info';
    const reply = await askLightly({ path, fields, limitMs: LIMIT, signal });
    if (reply === undefined) return undefined;
    const { wire, result } = reply;
    const { list, nextPageCursor } = (result ?? {}) as Record<string, unknown>;
    if (meaningOf(wire) !== 'accepted' || !Array.isArray(list)) return undefined;
    return {
      symbols: list.map(symbolOf).filter((one) => one !== ''),
      cursor: plainCursor(nextPageCursor),
    };
  };
}

/** @returns blank for what is none: this goes into a web page */
function symbolOf(item: unknown): string {
  const { symbol } = (item ?? {}) as { symbol?: unknown };
  return typeof symbol === 'string' && /^[\p{L}\p{N}_-]{1,64}$/u.test(symbol) ? symbol : '';
}
