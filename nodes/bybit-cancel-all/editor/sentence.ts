/** Says in sentences what the scope in the dialog comes to. Pure. */
import { fixedCategory, type Current } from '../../action/editor/instrument';
import { EVERY_SYMBOL } from '../../bybit/model';
import type { Say } from '../../properties/problems';
import { DEFAULTS, readAtMost, readDryRun, readKinds, readWhich, type Field } from '../settings';
import { settleCoinIsIdle } from './checks';
import { fixedSymbolOf, hasNoPlace, partOf, placesOf, type PlaceField } from './parts';

const NARROWING = ['symbol', 'baseCoin', 'settleCoin', 'side', 'orderLinkIdPrefix', 'placedBefore'];

/** @param current what stands in the dialog; of the box for a dry run `true` or `false` */
export function scopeSentences(current: Current, say: Say): string {
  if (hasNoPlace(current)) return say('hint.noPlace');
  const category = categoryWords(current, say);
  if (category === undefined) return say('scope.noCategory');
  const [kinds, which] = [readKinds(current('kinds')).value, readWhich(current('which')).value];
  if (kinds === undefined || which === undefined) return say('scope.variable');
  const { words, places } = placeOf(current, category, say);
  return [
    say(`scope.${kinds}.${which}`, { place: words }),
    ...narrowingSentences(current, places, say),
    ...limitSentences(current, say),
  ].join(' ');
}

function categoryWords(current: Current, say: Say): string | undefined {
  const fixed = fixedCategory(current);
  if (fixed !== undefined) return fixed;
  const from = partOf('category', current)?.from;
  return from === undefined ? undefined : say('place.categoryIn', { source: from });
}

/** Where the orders are, and the fields that say so. */
function placeOf(
  current: Current,
  category: string,
  say: Say,
): { words: string; places: readonly PlaceField[] } {
  const words = (key: string, value: string) => say(`place.${key}`, { value, category });
  const symbol = fixedSymbolOf(current);
  if (symbol === EVERY_SYMBOL) return { words: words('every', ''), places: ['symbol'] };
  if (symbol !== undefined) return { words: words('symbol', symbol), places: ['symbol'] };
  const known = placesOf(fixedCategory(current));
  for (const place of known) {
    const fixed = place === 'symbol' ? undefined : partOf(place, current)?.fixed;
    if (fixed !== undefined) return { words: words(place, shown(fixed, place)), places: [place] };
  }
  const open = known.filter((place) => partOf(place, current)?.from !== undefined);
  const [first, ...others] = open;
  if (first === undefined) return { words: words('symbol', '?'), places: ['symbol'] };
  const sources = open.flatMap((place) => partOf(place, current)?.from ?? []);
  const key = others.length === 0 ? `${first}In` : 'any';
  return { words: words(key, sources.join(', ')), places: open };
}

/** As the runtime reads it. */
function shown(text: string, field: Field): string {
  return field === 'baseCoin' || field === 'settleCoin' ? text.toUpperCase() : text;
}

function narrowingSentences(current: Current, places: readonly PlaceField[], say: Say): string[] {
  const isNamed = (field: string) => places.some((place) => place === field);
  const isIdle = (field: string) => field === 'settleCoin' && settleCoinIsIdle(current);
  const fields = (NARROWING as Field[]).filter((field) => !isNamed(field) && !isIdle(field));
  const fixed = fields.flatMap((field) => {
    const value = partOf(field, current)?.fixed;
    return value === undefined ? [] : say(`only.${field}`, { value: shown(value, field) });
  });
  const open = openFields(current, fields, say);
  const sentences: string[] = [];
  if (fixed.length > 0) sentences.push(say('scope.only', { list: fixed.join('; ') }));
  if (open !== '') sentences.push(say('scope.narrowed', { list: open }));
  return sentences;
}

/** `Side, Base coin (flow.coin)`: the source is named where it is not the one of a new node. */
export function openFields(current: Current, fields: readonly Field[], say: Say): string {
  const named = fields.flatMap((field) => {
    const from = partOf(field, current)?.from;
    const label = say(`label.${field}`);
    const isUsual = from === `msg.${DEFAULTS[field]}`;
    return from === undefined ? [] : isUsual ? label : `${label} (${from})`;
  });
  return named.join(', ');
}

function limitSentences(current: Current, say: Say): string[] {
  const sentences: string[] = [];
  const atMost = readAtMost(current('atMost')).value;
  if (typeof atMost === 'number') sentences.push(say('scope.atMost', { most: atMost }));
  if (readDryRun(current('dryRun')).value === true) sentences.push(say('scope.dryRun'));
  return sentences;
}
