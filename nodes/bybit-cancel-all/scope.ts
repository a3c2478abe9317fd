/**
 * From what a message brought to the scope that it means. A scope is never widened by mistake: what is
 * there and can't be read is refused, and only what is not there at all counts as not given.
 */
import { kindOf, readCategory, readSymbol } from '../action/order-fields';
import type { RawFields } from '../action/read-fields';
import { Refusal } from '../action/refusal';
import { SIDES, type Category, type Scope, type Side } from '../bybit/model';
import { problem } from '../properties/problems';
import type { Read } from '../properties/values';
import type { NodeMessage } from 'node-red';
import { FIELDS, type Field, type Settings } from './settings';

/** ms since 1970: 2015 and 2100; seconds would be far outside */
const EARLIEST = 1_420_070_400_000;
const LATEST = 4_102_444_800_000;
const LONGEST_PREFIX = 36;

/** @throws Refusal that names the field */
export function checkScope(
  raw: RawFields<Field>,
  settings: Pick<Settings, 'fields' | 'kinds'>,
  msg: NodeMessage,
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
  const [baseCoin, settleCoin] = [coinOf('baseCoin', given), coinOf('settleCoin', given)];
  if (symbol === undefined && baseCoin === undefined && settleCoin === undefined) refuse(NO_PLACE);
  if (category === 'spot' && settleCoin !== undefined) {
    refuse('settleCoin does not apply to spot: leave it out, or give another category.');
  }
  const side = sideOf(given.side);
  const prefix = prefixOf(given.orderLinkIdPrefix);
  const placedBefore = timeOf(given.placedBefore);
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
  if (value === null) refuse(`${field} is null: ${WIDER}`);
  return true;
}

const WIDER =
  'that would widen what is cancelled. Give a value, leave the property out, or make the setting blank.';

type Given = Partial<Record<Field, string>>;

function textOf(field: Field, value: unknown): string {
  if (field === 'placedBefore' && typeof value === 'number') return String(value);
  if (typeof value !== 'string') refuse(`${field} must be text, not ${kindOf(value)}.`);
  const text = value.trim();
  if (text === '') refuse(`${field} is blank: ${WIDER}`);
  return text;
}

function categoryOf(given: Given): Category {
  const category = take(readCategory(given.category, given.symbol));
  return category ?? refuse('category is missing: give linear, inverse, spot or option.');
}

function coinOf(field: 'baseCoin' | 'settleCoin', given: Given): string | undefined {
  const text = given[field];
  if (text === undefined) return undefined;
  const coin = text.toUpperCase();
  if (!/^[A-Z0-9]{1,20}$/.test(coin)) refuse(`${field} is no coin: ${JSON.stringify(text)}.`);
  return coin;
}

function sideOf(value: string | undefined): Side | undefined {
  if (value === undefined) return undefined;
  const text = value.toLowerCase();
  const side = SIDES.find((known) => known.toLowerCase() === text);
  const wrong = { property: 'side', given: JSON.stringify(value), choices: SIDES.join(', ') };
  return side ?? refuse(problem('notOneOf', wrong).problem);
}

function prefixOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.length > LONGEST_PREFIX) {
    refuse(`orderLinkIdPrefix has more than ${LONGEST_PREFIX} characters.`);
  }
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) refuse('orderLinkIdPrefix has control characters.');
  return text;
}

/** ms since 1970, or ISO 8601 with its time zone: without one it would mean another time elsewhere. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isWhole = /^\d+$/.test(text);
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const time = isWhole ? Number(text) : isIso ? Date.parse(text) : NaN;
  return time >= EARLIEST && time <= LATEST
    ? time
    : refuse(
        `placedBefore is no time: ${JSON.stringify(text)}. Give ms since 1970, or ISO 8601 with its time zone, like 2026-01-31T12:00:00Z.`,
      );
}

/** `base_coin`, `Symbol` and the like stand for a field, and would be passed over. */
function refuseLookalikes({ payload }: NodeMessage, { fields }: Pick<Settings, 'fields'>): void {
  if (typeof payload !== 'object' || payload === null) return;
  const isRead = (field: Field) =>
    fields[field].source === 'msg' && fields[field].expression === `payload.${field}`;
  for (const key of Object.keys(payload)) {
    const plain = key.replace(/[\s_-]/g, '').toLowerCase();
    const field = FIELDS.find((one) => one.toLowerCase() === plain && one !== key);
    if (field !== undefined && isRead(field) && !Object.hasOwn(payload, field)) {
      refuse(`payload.${key} is not read: it is called ${field}.`);
    }
  }
}
