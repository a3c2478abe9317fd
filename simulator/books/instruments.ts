/** What can be traded here. */

export const CATEGORIES = ['linear', 'inverse', 'spot', 'option'] as const;
export type Category = (typeof CATEGORIES)[number];

export interface Instrument {
  readonly category: Category;
  readonly symbol: string;
  readonly baseCoin: string;
  readonly quoteCoin: string;
  readonly settleCoin: string;
}

export type Symbols = Partial<Record<Category, readonly string[]>>;

export const DEFAULT_SYMBOLS: Required<Symbols> = {
  linear: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'DOGEUSDT', 'BTCPERP', 'ETHPERP'],
  inverse: ['BTCUSD', 'ETHUSD'],
  spot: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'DOGEUSDT', 'BTCUSDC'],
  option: ['BTC-27DEC30-100000-C', 'BTC-27DEC30-100000-P', 'ETH-27DEC30-5000-C'],
};

export const isCategory = (value: unknown): value is Category =>
  (CATEGORIES as readonly unknown[]).includes(value);

export function instrument(category: Category, symbol: string): Instrument {
  if (category === 'option') {
    const [baseCoin = symbol, , , , quoteCoin = 'USDC'] = symbol.split('-');
    return { category, symbol, baseCoin, quoteCoin, settleCoin: quoteCoin };
  }
  const [, baseCoin = symbol, suffix = 'USDT'] = /^(.+?)(USDT|USDC|USD|PERP)$/.exec(symbol) ?? [];
  const quoteCoin = suffix === 'PERP' ? 'USDC' : suffix;
  const settleCoin = category === 'inverse' ? baseCoin : quoteCoin;
  return { category, symbol, baseCoin, quoteCoin, settleCoin };
}

/** The instruments by category and symbol; grows when an order on another symbol is placed. */
export class Instruments {
  private readonly known = new Map<string, Instrument>();

  constructor(symbols: Symbols = {}) {
    for (const category of CATEGORIES) {
      for (const symbol of symbols[category] ?? DEFAULT_SYMBOLS[category]) {
        this.list(category, symbol);
      }
    }
  }

  list(category: Category, symbol: string): Instrument {
    const listed = this.find(category, symbol) ?? instrument(category, symbol);
    this.known.set(`${category} ${symbol}`, listed);
    return listed;
  }

  find(category: Category, symbol: string): Instrument | undefined {
    return this.known.get(`${category} ${symbol}`);
  }

  of(category: Category): Instrument[] {
    return [...this.known.values()].filter((one) => one.category === category);
  }
}
