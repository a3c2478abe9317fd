/**
 * The coins of a symbol (API section market/instrument), which no order's record tells. A symbol keeps
 * its coins: each is asked for once.
 */
import type { Category } from '../model';
import { plainCursor } from '../answers/cursor';
import { meaningOf } from '../answers/meaning';
import type { AskLightly } from '../wire/http';
import type { LookUpOptions } from '../cancel/exchange-port';
import type { CoinField } from '../several/sweep-port';
import type { Signal } from '../time/abort';

type AskOptions = Pick<LookUpOptions, 'untilStop' | 'untilCutOff' | 'onRequest'>;

/** @param untilStop ends the wait for a turn */
export type AskPatiently = (
  request: Parameters<AskLightly>[0],
  untilStop: Signal,
) => ReturnType<AskLightly>;

export interface Coins {
  readonly baseCoin: string;
  readonly settleCoin: string;
}

/** The exchange lists no such symbol, or tells no coins of it. */
export const UNLISTED = 'unlisted';

const LIMIT = 2000;
/** A contract has about 1.5 kB: the 1000 that the exchange allows could be too large an answer. */
const PAGE_SIZE = '400';
const MOST_PAGES = 20;
/** symbols that are asked for one by one; more of them come with the list of all */
const FEW = 2;

interface Listed extends Coins {
  readonly symbol: string;
}

interface Page {
  readonly listed: readonly Listed[];
  /** of the next page; empty on the last one */
  readonly cursor: string;
}

type Query = { readonly category: Category } & Readonly<Record<string, string>>;

export class Instruments {
  private readonly kept = new Map<string, Coins>();

  /** @param ask waits for its turn, as long as the signal lets it */
  constructor(private readonly ask: AskPatiently) {}

  /** What was told of a symbol before. */
  known(category: Category, symbol: string): Coins | undefined {
    return this.kept.get(keyOf(category, symbol));
  }

  /**
   * The coins of each symbol, those that are new asked for together.
   * @returns without those that can't be had
   */
  async coinsOf(
    category: Category,
    symbols: readonly string[],
    options: AskOptions,
  ): Promise<ReadonlyMap<string, Coins | typeof UNLISTED>> {
    const found = new Map<string, Coins | typeof UNLISTED>();
    const isNew = (symbol: string) => this.known(category, symbol) === undefined;
    const wanted = new Set(symbols);
    if ([...wanted].filter(isNew).length > FEW) await this.all({ category }, options);
    let isAnswered = true;
    for (const symbol of wanted) {
      // After one that failed, no other is asked for: each could take as long.
      if (isNew(symbol) && isAnswered) {
        isAnswered = (await this.page({ category, symbol }, options)) !== undefined;
      }
      const coins = this.known(category, symbol);
      if (coins !== undefined || isAnswered) found.set(symbol, coins ?? UNLISTED);
    }
    return found;
  }

  /** Whether any symbol of the category has the coin. @returns undefined where nobody can tell */
  async hasCoin(
    category: Category,
    field: CoinField,
    coin: string,
    options: AskOptions,
  ): Promise<boolean | undefined> {
    for (const [key, coins] of this.kept) {
      if (key.startsWith(`${category} `) && coins[field] === coin) return true;
    }
    // Options are listed for one base coin at a time.
    const isPerCoin = category === 'option';
    if (isPerCoin && field === 'settleCoin') return undefined;
    const listed = await this.all({ category, ...(isPerCoin ? { baseCoin: coin } : {}) }, options);
    return listed?.some((one) => one[field] === coin);
  }

  /** The settle coins of a category's contracts. @returns undefined where they can't be had */
  async settleCoins(
    category: Category,
    options: AskOptions,
  ): Promise<readonly string[] | undefined> {
    const listed = await this.all({ category }, options);
    return listed && [...new Set(listed.map(({ settleCoin }) => settleCoin))];
  }

  /** All pages. @returns undefined where they can't be had to the end */
  private async all(query: Query, options: AskOptions): Promise<readonly Listed[] | undefined> {
    const listed: Listed[] = [];
    let cursor = '';
    for (let count = 0; count < MOST_PAGES; count += 1) {
      const fields = { ...query, limit: PAGE_SIZE, ...(cursor === '' ? {} : { cursor }) };
      const read = await this.page(fields, options);
      if (read === undefined) return undefined;
      listed.push(...read.listed);
      cursor = read.cursor;
      if (cursor === '') return listed;
    }
    return undefined;
  }

  private async page(query: Query, options: AskOptions): Promise<Page | undefined> {
    const { untilStop, untilCutOff, onRequest } = options;
    const path = '/v5/market/instruments-info';
    const reply = await this.ask(
      { path, fields: query, limitMs: LIMIT, signal: untilCutOff },
      untilStop,
    );
    if (reply !== undefined) onRequest();
    const { list, nextPageCursor } = (reply?.result ?? {}) as Record<string, unknown>;
    const meaning = reply === undefined ? 'unsent' : meaningOf(reply.wire);
    // A symbol that it does not know may be refused as such.
    if (meaning === 'rejected' && query.symbol !== undefined) return { listed: [], cursor: '' };
    if (meaning !== 'accepted' || !Array.isArray(list)) return undefined;
    const listed = list.map(readListed).filter((one) => one !== undefined);
    for (const { symbol, baseCoin, settleCoin } of listed) {
      this.kept.set(keyOf(query.category, symbol), { baseCoin, settleCoin });
    }
    return { listed, cursor: plainCursor(nextPageCursor) };
  }
}

const keyOf = (category: Category, symbol: string) => `${category} ${symbol}`;

/** Spot has no settle coin. */
function readListed(item: unknown): Listed | undefined {
  const { symbol, baseCoin, settleCoin = '' } = (item ?? {}) as Record<string, unknown>;
  const isText = typeof symbol === 'string' && typeof baseCoin === 'string';
  return isText && typeof settleCoin === 'string' ? { symbol, baseCoin, settleCoin } : undefined;
}
