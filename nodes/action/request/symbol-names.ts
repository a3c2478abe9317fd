/**
 * Symbols as others write them. TradingView puts the exchange in front and names perpetual contracts
 * by an ending: `BYBIT:BTCUSDT.P`. The names in use at Bybit are in the API section enum/symbol.
 */
import type { Category } from '../../bybit/model';
import { problem, type Problem } from '../../properties/problems';
import type { Read } from '../../properties/values';

const EXCHANGE = /^BYBIT:\s*/;
const PERPETUAL = /^([\p{L}\p{N}]+)(USDT|USDC|USD)\.P$/u;

/** A perpetual by the coin in its name: where it is traded, and what Bybit puts behind the base. */
const BY_COIN: Readonly<Record<string, { readonly category: Category; readonly ending: string }>> =
  {
    USDT: { category: 'linear', ending: 'USDT' },
    USDC: { category: 'linear', ending: 'PERP' },
    USD: { category: 'inverse', ending: 'USD' },
  };

/** The exchange's own name for a symbol, which may be any text but a blank one. */
export function readName(text: string): Read<string> {
  const name = plain(text);
  if (name === '') return problem('required', { property: 'symbol' });
  if (!name.endsWith('.P')) return { value: name };
  const found = perpetualOf(name);
  return found === undefined
    ? problem('perpetual', { property: 'symbol', given: JSON.stringify(text) })
    : { value: found.symbol };
}

/** The category that a symbol's name has in it, where it is a perpetual as TradingView writes it. */
export function categoryIn(raw: unknown): Category | undefined {
  // Nearly all symbols have no point, and the rest of this takes time.
  if (typeof raw !== 'string' || !raw.includes('.')) return undefined;
  return perpetualOf(plain(raw.trim()))?.category;
}

/** What is wrong between a symbol and the category given with it; `undefined` where nothing is. */
export function disagreement(raw: unknown, category: string | undefined): Problem | undefined {
  const own = category === undefined ? undefined : categoryIn(raw);
  if (category === undefined || own === undefined || own === category) return undefined;
  const given = JSON.stringify(String(raw).trim());
  return problem('otherCategory', { property: 'symbol', given, category: own, other: category });
}

function plain(text: string): string {
  const name = text.toUpperCase();
  return name.startsWith('BYBIT:') ? name.replace(EXCHANGE, '') : name;
}

function perpetualOf(name: string): { symbol: string; category: Category } | undefined {
  const [, base, coin] = PERPETUAL.exec(name) ?? [];
  const kind = BY_COIN[coin ?? ''];
  if (base === undefined || kind === undefined) return undefined;
  return { symbol: base + kind.ending, category: kind.category };
}
