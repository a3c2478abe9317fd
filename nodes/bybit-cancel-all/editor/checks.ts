/** What the dialog finds wrong with a field, by the rules of the runtime. Pure. */
import {
  checkBlankInstrument,
  checkInstrument,
  fixedCategory,
  type Current,
} from '../../action/editor/instrument';
import type { Read } from '../../properties/values';
import { readCoin, readPrefix, readSide, readTime } from '../readers';
import { DEFAULTS, type Field } from '../settings';
import { hasNoPlace, partOf } from './parts';

/** What is wrong in the words of a hint of the dialog. */
export interface Hint {
  readonly hint: 'noPlace' | 'noSettleCoin';
}
export type CheckedField = Read<unknown> | Hint;

export function checkFixed(field: Field, text: string, current: Current): CheckedField {
  switch (field) {
    case 'category':
    case 'symbol':
      return checkInstrument(field, text, current);
    case 'settleCoin':
      return settleCoinIsIdle(current) ? { hint: 'noSettleCoin' } : readCoin(field, text);
    case 'baseCoin':
      return readCoin(field, text);
    case 'side':
      return readSide(text);
    case 'orderLinkIdPrefix':
      return readPrefix(text);
    case 'placedBefore':
      return readTime(text);
  }
}

/** One of the three places is enough, and the symbol stands for them; what narrows can be left out. */
export function checkBlank(field: Field, current: Current): CheckedField {
  if (field === 'category') return checkBlankInstrument(field, current);
  return field === 'symbol' && hasNoPlace(current) ? { hint: 'noPlace' } : { value: undefined };
}

/** Whether all messages are for spot, which has no settle coins. */
export function settleCoinIsIdle(current: Current): boolean {
  return fixedCategory(current) === 'spot';
}

/** Whether nobody has chosen a settle coin here: it is as a new node has it, or blank. */
export function settleCoinIsUntouched(current: Current): boolean {
  if (partOf('settleCoin', current) === undefined) return true;
  const isDefault = current('settleCoin') === DEFAULTS.settleCoin;
  return isDefault && current('settleCoinType') === DEFAULTS.settleCoinType;
}
