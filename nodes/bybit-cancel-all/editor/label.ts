/** What stands on a node without a name: its scope, as far as it is fixed. Pure. */
import { fixedCategory, type Current } from '../../action/editor/instrument';
import { EVERY_SYMBOL } from '../../bybit/model';
import { readDryRun, readKinds } from '../settings';
import { fixedSymbolOf, partOf, placesOf } from './parts';
import type { Say } from '../../properties/problems';

/** What each message brings. */
const OPEN = '…';

/** `all linear BTCUSDT, entries` */
export function scopeLabel(current: Current, say: Say): string {
  const category = fixedCategory(current);
  const place = placeOf(current);
  const where = category === undefined && place === OPEN ? OPEN : `${category ?? OPEN} ${place}`;
  const kinds = readKinds(current('kinds')).value;
  const parts = [
    say('name.all', { place: where }),
    kinds === undefined ? OPEN : say(`name.${kinds === 'all' ? 'allKinds' : kinds}`),
    ...fixedOf(['side'], current),
    ...fixedOf(['orderLinkIdPrefix'], current).map((prefix) => `${prefix}*`),
    ...(readDryRun(current('dryRun')).value === true ? [say('name.dryRun')] : []),
  ];
  return parts.join(', ');
}

function placeOf(current: Current): string {
  const symbol = fixedSymbolOf(current);
  const coins = placesOf(fixedCategory(current)).filter((place) => place !== 'symbol');
  const fixed = fixedOf(coins, current).map((coin) => coin.toUpperCase());
  const words = [...(symbol === undefined ? [] : [symbol]), ...fixed];
  // The coins narrow it, and say more than every symbol does.
  const more = words.filter((word) => word !== EVERY_SYMBOL);
  return (more.length > 0 ? more : words).join(' ') || OPEN;
}

function fixedOf(fields: readonly Parameters<typeof partOf>[0][], current: Current): string[] {
  return fields.flatMap((field) => partOf(field, current)?.fixed ?? []);
}
