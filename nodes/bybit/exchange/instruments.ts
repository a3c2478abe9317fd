/**
 * The coins of a symbol (API section market/instrument), which no order's record tells. A symbol keeps
 * its coins: each is asked for once.
 */
import type { Category } from '../model';
import { plainCursor } from '../answers/cursor';
import { meaningOf } from '../answers/meaning';
import type { AskLightly } from '../wire/http';
import type { LookUpOptions } from '../cancel/exchange-port';

type AskOptions = Pick<LookUpOptions, 'untilCutOff' | 'onRequest'>;

export interface Coins {
  readonly baseCoin: string;
  readonly settleCoin: string;
}

export interface Instruments {
  /** @returns undefined where they can't be had */
  coinsOf(category: Category, symbol: string, options: AskOptions): Promise<Coins | undefined>;
  /** The settle coins of a category's contracts. @returns undefined where they can't be had */
  settleCoins(category: Category, options: AskOptions): Promise<readonly string[] | undefined>;
}

const LIMIT = 2000;
/** A contract has about 1.5 kB: the 1000 that the exchange allows could be too large an answer. */
const PAGE_SIZE = '400';
const MOST_PAGES = 20;

interface Listed extends Coins {
  readonly symbol: string;
}

/** @param ask waits for its turn */
export function createInstruments(ask: AskLightly): Instruments {
  const known = new Map<string, Coins>();
  const keyOf = (category: Category, symbol: string) => `${category} ${symbol}`;

  const page = async (fields: Record<string, string>, { untilCutOff, onRequest }: AskOptions) => {
    const path = '/v5/market/instruments-info';
    const answer = await ask({ path, fields, limitMs: LIMIT, signal: untilCutOff });
    if (answer !== undefined) onRequest();
    const { list, nextPageCursor } = (answer?.result ?? {}) as Record<string, unknown>;
    const isAnswered = answer !== undefined && meaningOf(answer.wire) === 'accepted';
    if (!isAnswered || !Array.isArray(list)) return undefined;
    const listed = list.map(readListed).filter((one) => one !== undefined);
    for (const { symbol, baseCoin, settleCoin } of listed) {
      known.set(keyOf(fields.category as Category, symbol), { baseCoin, settleCoin });
    }
    return { listed, cursor: plainCursor(nextPageCursor) };
  };

  return {
    async coinsOf(category, symbol, options) {
      const key = keyOf(category, symbol);
      if (!known.has(key)) await page({ category, symbol }, options);
      return known.get(key);
    },
    async settleCoins(category, options) {
      const coins = new Set<string>();
      let cursor = '';
      for (let count = 0; count < MOST_PAGES; count += 1) {
        const fields = { category, limit: PAGE_SIZE, ...(cursor === '' ? {} : { cursor }) };
        const read = await page(fields, options);
        if (read === undefined) return undefined;
        for (const { settleCoin } of read.listed) coins.add(settleCoin);
        cursor = read.cursor;
        if (cursor === '') return [...coins];
      }
      return undefined;
    },
  };
}

/** Spot has no settle coin. */
function readListed(item: unknown): Listed | undefined {
  const { symbol, baseCoin, settleCoin = '' } = (item ?? {}) as Record<string, unknown>;
  const isText = typeof symbol === 'string' && typeof baseCoin === 'string';
  return isText && typeof settleCoin === 'string' ? { symbol, baseCoin, settleCoin } : undefined;
}
