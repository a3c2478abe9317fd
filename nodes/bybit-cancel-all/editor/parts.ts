/** What a dialog knows of each field: its fixed value, or where the value comes from. Pure. */
import { fixedCategory, type Current } from '../../action/editor/instrument';
import { readValue } from '../../action/request/order-fields';
import type { Category } from '../../bybit/model';
import { variableName } from '../../properties/values';
import type { Field } from '../settings';

export interface Part {
  /** for all messages the same */
  readonly fixed?: string;
  /** else where it comes from: `msg.payload.symbol`, `flow.symbol`, `${SYMBOL}` */
  readonly from?: string;
}

/** Characters of an expression; what is longer says no more in a sentence. */
const LONGEST_SOURCE = 40;

/** `undefined`: the field is blank. */
export function partOf(field: Field, current: Current): Part | undefined {
  const text = current(field).trim();
  if (text === '') return undefined;
  const type = current(`${field}Type`);
  if (type === 'str' && variableName(text) === undefined) return { fixed: text };
  return { from: sourceOf(type, text) };
}

function sourceOf(type: string, text: string): string {
  const short = text.length > LONGEST_SOURCE ? `${text.slice(0, LONGEST_SOURCE)}…` : text;
  if (variableName(text) !== undefined || type === 'jsonata') return short;
  return type === 'env' ? `\${${text}}` : `${type}.${short}`;
}

/** The symbol as the exchange names it, where it is fixed and can be read. */
export function fixedSymbolOf(current: Current): string | undefined {
  const text = partOf('symbol', current)?.fixed;
  return text === undefined ? undefined : (readValue('symbol', text).value ?? undefined);
}

export const PLACES = ['symbol', 'baseCoin', 'settleCoin'] as const;
export type PlaceField = (typeof PLACES)[number];

/** A spot order settles in no coin of its own. */
export function placesOf(category: Category | undefined): readonly PlaceField[] {
  return category === 'spot' ? ['symbol', 'baseCoin'] : PLACES;
}

/** Whether no message can say where the orders are. */
export function hasNoPlace(current: Current): boolean {
  const places = placesOf(fixedCategory(current));
  return places.every((place) => partOf(place, current) === undefined);
}
