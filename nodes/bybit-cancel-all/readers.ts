/**
 * Reads the texts that narrow a scope, in the dialog and for a message alike. Pure: the editor imports
 * it too. What can't be read is a problem, never left out.
 */
import { SIDES, type Side } from '../bybit/model';
import { problem } from '../properties/problems';
import type { Read } from '../properties/values';

/** ms since 1970: 2015 and 2100; seconds would be far outside */
const EARLIEST = 1_420_070_400_000;
const LATEST = 4_102_444_800_000;
const LONGEST_PREFIX = 36;

export function readCoin(property: 'baseCoin' | 'settleCoin', text: string): Read<string> {
  const coin = text.trim().toUpperCase();
  return /^[A-Z0-9]{1,20}$/.test(coin)
    ? { value: coin }
    : problem('coin', { property, given: JSON.stringify(text) });
}

export function readSide(given: string): Read<Side> {
  const text = given.trim().toLowerCase();
  const side = SIDES.find((known) => known.toLowerCase() === text);
  const wrong = { property: 'side', given: JSON.stringify(given), choices: SIDES.join(', ') };
  return side === undefined ? problem('notOneOf', wrong) : { value: side };
}

export function readPrefix(given: string): Read<string> {
  const text = given.trim();
  const property = 'orderLinkIdPrefix';
  if (text.length > LONGEST_PREFIX)
    return problem('tooLong', { property, longest: LONGEST_PREFIX });
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? problem('invisible', { property }) : { value: text };
}

/** ms since 1970, or ISO 8601 with its time zone: without one it would mean another time elsewhere. */
export function readTime(given: string): Read<number> {
  const text = given.trim();
  const isWhole = /^\d+$/.test(text);
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const time = isWhole ? Number(text) : isIso ? Date.parse(text) : NaN;
  const isTime = (isWhole || isDay(text)) && time >= EARLIEST && time <= LATEST;
  if (isTime) return { value: time };
  return problem('time', { property: 'placedBefore', given: JSON.stringify(given) });
}

/** JavaScript takes the 31st of February for the 3rd of March, which is later. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
