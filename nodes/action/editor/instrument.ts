/**
 * What a dialog can know of category and symbol, which every action has. Pure: what stands in the
 * dialog is handed in.
 */
import type { Category } from '../../bybit/model';
import { problem } from '../../properties/problems';
import type { Read } from '../../properties/values';
import { readCategory, readSymbol, readValue } from '../request/order-fields';
import { categoryIn } from '../request/symbol-names';

/** What a property says: in the open dialog, else in the flow. */
export type Current = (property: string) => string;

/** The category that all messages have; `undefined` where each can have its own. */
export function fixedCategory(current: Current): Category | undefined {
  if (current('categoryType') !== 'str') return undefined;
  return readCategory(current('category'), fixedSymbol(current)).value;
}

/** A blank category is good where the name of the symbol has one in it. */
export function checkBlankInstrument(
  field: 'category' | 'symbol',
  current: Current,
): Read<undefined> {
  const isNamed = field === 'category' && categoryIn(fixedSymbol(current)) !== undefined;
  return isNamed ? { value: undefined } : problem('required', { property: field });
}

/** Checks a fixed text. */
export function checkInstrument(
  field: 'category' | 'symbol',
  text: string,
  current: Current,
): Read<unknown> {
  if (field === 'category') return readValue(field, text);
  const isFixed = current('categoryType') === 'str';
  return readSymbol(text, isFixed ? readValue('category', current('category')).value : undefined);
}

function fixedSymbol(current: Current): string | undefined {
  return current('symbolType') === 'str' ? current('symbol') : undefined;
}
