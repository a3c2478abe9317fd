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
import { FIELDS, type Field, type Settings } from './settings';

/**
 * @param among the only symbols that the account may cancel; absent: all
 * @throws Refusal that names the field
 */
export function checkScope(
  raw: RawFields<Field>,
  settings: Pick<Settings, 'fields' | 'kinds'>,
  msg: NodeMessage,
  among?: Account['symbols'],
): Scope {
  if ((msg as { retain?: unknown }).retain === true) refuse(RETAINED);
  refuseLookalikes(msg, settings);
  const given: Given = {};
  for (const field of FIELDS) {
    const value = raw[field];
    if (isGiven(field, value, settings)) given[field] = textOf(field, value);
  }
  const category = categoryOf(given);
  const symbol = take(readSymbol(given.symbol, category));
  if (symbol === EVERY_SYMBOL && given.symbol !== EVERY_SYMBOL) refuse(ALMOST_EVERY);
  const wrong = symbol === EVERY_SYMBOL ? undefined : elsewhere(symbol, among);
  if (wrong !== undefined) refuse(wrong);
  const baseCoin = read(given.baseCoin, (text) => readCoin('baseCoin', text));
  const settleCoin = read(given.settleCoin, (text) => readCoin('settleCoin', text));
  if (symbol === undefined && baseCoin === undefined && settleCoin === undefined) refuse(NO_PLACE);
  if (category === 'spot' && settleCoin !== undefined) {
    refuse('settleCoin does not apply to spot: leave it out, or give another category.');
  }
  const side = read(given.side, readSide);
  const prefix = read(given.orderLinkIdPrefix, readPrefix);
  const placedBefore = read(given.placedBefore, readTime);
  refuseUnread(msg, settings);
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

/** What narrows may be in a text or a list that nobody has read yet. */
function refuseUnread({ payload }: NodeMessage, { fields }: Pick<Settings, 'fields'>): void {
  const isRead = FIELDS.some(
    (field) =>
      fields[field].source === 'msg' && /^(msg\.)?payload\./.test(fields[field].expression),
  );
  if (!isRead) return;
  if (Array.isArray(payload)) refuse(`msg.payload is an array. ${UNREAD}`);
  const text = Buffer.isBuffer(payload) ? payload.toString('utf8', 0, 100) : payload;
  if (typeof text === 'string' && /^\s*[{[]/.test(text)) {
    refuse(`msg.payload is text: put a JSON node before this one. ${UNREAD}`);
  }
}

const UNREAD = 'What it says could not narrow what is cancelled.';

/**
 * `base_coin`, `sides` and the like stand for a field, and would be passed over; so would a field beside
 * the payload.
 */
function refuseLookalikes(msg: NodeMessage, { fields }: Pick<Settings, 'fields'>): void {
  const payload: object =
    typeof msg.payload === 'object' && msg.payload !== null ? msg.payload : {};
  const missing = FIELDS.filter(
    (field) =>
      fields[field].source === 'msg' &&
      fields[field].expression === `payload.${field}` &&
      !Object.hasOwn(payload, field),
  );
  for (const field of missing) {
    const key = Object.keys(payload).find((one) => isLike(one, field));
    if (key !== undefined) refuse(`payload.${key} is not read: it is called ${field}.`);
    const beside = Object.keys(msg).find((one) => plain(one) === plain(field));
    if (beside !== undefined) refuse(`msg.${beside} is not read, but msg.payload.${field} is.`);
  }
}

/** letters of a name in which a slip can be told from another word */
const LONG = 6;

/** Written in another way, in the plural, with one letter too many, missing or wrong, or two swapped. */
function isLike(key: string, field: Field): boolean {
  const [given, wanted] = [plain(key), plain(field)];
  if (given === wanted || given === `${wanted}s`) return true;
  if (wanted.length < LONG || Math.abs(given.length - wanted.length) > 1) return false;
  let same = 0;
  while (same < given.length && given[same] === wanted[same]) same += 1;
  const rest = (text: string, skipped: number) => text.slice(same + skipped);
  const swapped = wanted.charAt(same + 1) + wanted.charAt(same) + wanted.slice(same + 2);
  return (
    rest(given, 0) === swapped ||
    rest(given, 1) === rest(wanted, 1) ||
    rest(given, 1) === rest(wanted, 0) ||
    rest(given, 0) === rest(wanted, 1)
  );
}

function plain(name: string): string {
  return name.replace(/[\s_-]/g, '').toLowerCase();
}
