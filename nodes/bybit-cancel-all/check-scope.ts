/**
 * From what a message brought to the scope that it means. A scope is never widened by mistake: what is
 * there and can't be read is refused, and only what is not there at all counts as not given.
 */
import { elsewhere, typeInWords, readCategory, readSymbol } from '../action/request/order-fields';
import type { RawFields } from '../action/request/read-fields';
import { Refusal } from '../action/request/refusal';
import type { Account } from '../bybit/account';
import { EVERY_SYMBOL, type Category, type Scope } from '../bybit/model';
import type { Read } from '../properties/values';
import type { NodeMessage } from 'node-red';
import { readCoin, readPrefix, readSide, readTime } from './readers';
import { lookalikeIn, unreadIn, type Fixed } from './lookalikes';
import { FIELDS, type Field, type Settings } from './settings';

/**
 * @param among the only symbols that the account may cancel; absent: all
 * @throws Refusal that names the field
 */
export function checkScope(
  raw: RawFields<Field>,
  settings: Fixed,
  msg: NodeMessage,
  among?: Account['symbols'],
): Scope {
  if ((msg as { retain?: unknown }).retain === true) refuse(RETAINED);
  refuseAny(lookalikeIn(msg, settings));
  const given: Given = {};
  for (const field of FIELDS) {
    const value = raw[field];
    if (isGiven(field, value, settings)) given[field] = textOf(field, value);
  }
  const category = categoryOf(given);
  const symbol = take(readSymbol(given.symbol, category));
  if (symbol === EVERY_SYMBOL && given.symbol !== EVERY_SYMBOL) refuse(ALMOST_EVERY);
  if (symbol !== EVERY_SYMBOL) refuseAny(elsewhere(symbol, among));
  const baseCoin = read(given.baseCoin, (text) => readCoin('baseCoin', text));
  const settleCoin = read(given.settleCoin, (text) => readCoin('settleCoin', text));
  if (symbol === undefined && baseCoin === undefined && settleCoin === undefined) refuse(NO_PLACE);
  if (category === 'spot' && settleCoin !== undefined) {
    refuse('settleCoin does not apply to spot: leave it out, or give another category.');
  }
  const side = read(given.side, readSide);
  const prefix = read(given.orderLinkIdPrefix, readPrefix);
  const placedBefore = read(given.placedBefore, readTime);
  refuseAny(unreadIn(msg, settings));
  return {
    category,
    ...(symbol === undefined ? {} : { symbol }),
    ...(baseCoin === undefined ? {} : { baseCoin }),
    ...(settleCoin === undefined ? {} : { settleCoin }),
    kinds: settings.kinds,
    ...(side === undefined ? {} : { side }),
    ...(prefix === undefined ? {} : { orderLinkIdPrefix: prefix }),
    ...(placedBefore === undefined ? {} : { placedBefore }),
  };
}

const RETAINED =
  'The message is a retained MQTT message (msg.retain is true): the broker would repeat it at every reconnect. Publish it without the retain flag, or make a fresh message of it: a change node that deletes msg.retain, behind a check that it is meant now.';
const ALMOST_EVERY = 'Only the symbol * by itself means every symbol.';
const NO_PLACE =
  'symbol, baseCoin and settleCoin are all missing: give at least one of them. The symbol * means every symbol.';

function refuse(message: string): never {
  throw new Refusal('invalid-request', message);
}

function refuseAny(wrong: string | undefined): void {
  if (wrong !== undefined) refuse(wrong);
}

function take<T>({ value, problem: wrong }: Read<T>): T {
  if (wrong !== undefined) refuse(wrong);
  return value;
}

/**
 * Not given is a blank setting, or a message property that is not there. Anything else that yields
 * nothing is a mistake.
 */
function isGiven(field: Field, value: unknown, { fields }: Pick<Settings, 'fields'>): boolean {
  const { source, expression } = fields[field];
  if (expression === '') return false;
  if (value === undefined && source === 'msg') return false;
  if (value === undefined) refuse(`${field} yields nothing: ${WIDER}`);
  if (value === null) refuse(`${field} is null or undefined: ${WIDER}`);
  return true;
}

const WIDER =
  'that would widen what is cancelled. Give a value, leave the property out, or make the setting blank.';

type Given = Partial<Record<Field, string>>;

function textOf(field: Field, value: unknown): string {
  if (field === 'placedBefore' && typeof value === 'number') return String(value);
  if (typeof value !== 'string') refuse(`${field} must be text, not ${typeInWords(value)}.`);
  const text = value.trim();
  if (text === '') refuse(`${field} is blank: ${WIDER}`);
  return text;
}

function categoryOf(given: Given): Category {
  const category = take(readCategory(given.category, given.symbol));
  return category ?? refuse('category is missing: give linear, inverse, spot or option.');
}

/** `undefined`: not given. */
function read<T>(text: string | undefined, reader: (text: string) => Read<T>): T | undefined {
  return text === undefined ? undefined : take(reader(text));
}
