/**
 * What a message has instead of a field that is read, and what nobody reads: passed over, it would widen
 * the scope.
 */
import type { NodeMessage } from 'node-red';
import type { Read } from '../properties/values';
import {
  FIELDS,
  readAtMost,
  readDryRun,
  readKinds,
  readWhich,
  type Field,
  type Settings,
} from './settings';

/** What stands in the dialog alone. */
const FIXED = {
  kinds: readKinds,
  which: readWhich,
  atMost: readAtMost,
  dryRun: readDryRun,
} as const satisfies Partial<Record<keyof Settings, (value: unknown) => Read<unknown>>>;
type FixedName = keyof typeof FIXED;
const FIXED_NAMES = Object.keys(FIXED) as FixedName[];
export type Fixed = Pick<Settings, 'fields' | FixedName>;

/** @returns what is wrong with a message, in words; undefined where nothing is */
export function unreadIn(msg: NodeMessage, settings: Fixed): string | undefined {
  return (
    unparsedIn(msg, settings) ??
    fixedIn('msg.payload', msg.payload, settings) ??
    fixedIn('msg', msg, settings)
  );
}

/** A setting of the dialog, said otherwise by the message. */
function fixedIn(place: 'msg' | 'msg.payload', holder: unknown, settings: Fixed) {
  if (!isHolder(holder) || Array.isArray(holder)) return undefined;
  const name = FIXED_NAMES.find((one) => isOtherwise(one, holder[one], settings, place === 'msg'));
  return name && `${place}.${name} is not read: it is set in the dialog of the node.`;
}

/** @param isBeside other nodes use such names in messages: only what can be meant counts */
function isOtherwise(name: FixedName, value: unknown, settings: Fixed, isBeside: boolean): boolean {
  if (value === undefined || value === null || value === '') return false;
  const setting = settings[name];
  const { value: read } = FIXED[name](value);
  if (read !== undefined) return read !== setting;
  // The word is one of many that messages use.
  return !isBeside && name !== 'which' && Boolean(value) !== setting;
}

/** What narrows may be in a text or a list that nobody has read yet. */
function unparsedIn({ payload }: NodeMessage, { fields }: Pick<Settings, 'fields'>) {
  const paths = FIELDS.flatMap((field) => [pathIn(fields[field]) ?? []]);
  const ofPayload = paths.filter(([first]) => first === 'payload');
  if (ofPayload.length === 0) return undefined;
  if (Array.isArray(payload)) {
    const isRead = ofPayload.some(([, place = '']) => /^\d+$/.test(place));
    return isRead ? undefined : `msg.payload is an array. ${UNREAD}`;
  }
  const text = beginningOf(payload);
  if (/^\s*[{[]/.test(text)) {
    return `msg.payload is text: put a JSON node before this one. ${UNREAD}`;
  }
  const named = ofPayload.map((path) => path.at(-1) ?? '').find((name) => names(text, name));
  return (
    named && `msg.payload is text in which ${named} stands, and nobody has parsed it. ${UNREAD}`
  );
}

const UNREAD = 'What it says could not narrow what is cancelled.';
/** characters of a text that are looked at */
const SEEN = 1000;

function beginningOf(payload: unknown): string {
  if (typeof payload === 'string') return payload.slice(0, SEEN);
  return payload instanceof Uint8Array ? Buffer.from(payload.subarray(0, SEEN)).toString() : '';
}

/** As in a query, an object or XML. */
function names(text: string, name: string): boolean {
  const quoted = name.replace(/[^\w]/g, '\\$&');
  return new RegExp(`(^|[\\s{<&?,;"'\\\\])${quoted}(\\\\?["'])?\\s*[:=]|<${quoted}>`, 'i').test(
    text,
  );
}

type Holder = Readonly<Record<string, unknown>>;

/** @returns the same of what looks like a field */
export function lookalikeIn(
  msg: NodeMessage,
  { fields }: Pick<Settings, 'fields'>,
): string | undefined {
  for (const field of FIELDS) {
    const path = pathIn(fields[field]);
    const wrong = path && insteadOf(field, path, msg);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** `base_coin`, `sides` and the like stand for a field; so does a field in the wrong place. */
function insteadOf(field: Field, path: readonly string[], msg: NodeMessage): string | undefined {
  const name = path.at(-1) ?? '';
  const parent = path.slice(0, -1);
  const holder = at(msg, parent);
  if (isHolder(holder) && name in holder) return undefined;
  const inWords = (places: readonly string[]) => ['msg', ...places].join('.');
  const look = (places: readonly string[], also?: RegExp) => {
    const there = at(msg, places);
    const keys = Object.keys(isHolder(there) ? there : {}).slice(0, MOST_KEYS);
    const key = keys.find((one) => isLike(one, name) || also?.test(plain(one)));
    return key === undefined ? undefined : inWords([...places, key]);
  };
  const alike = look(parent, name === field ? ALSO[field] : undefined);
  if (alike !== undefined) return `${alike} is not read: it is called ${name}.`;
  const beside = path.length > 2 ? undefined : look(path.length === 1 ? ['payload'] : []);
  return beside && `${beside} is not read, but ${inWords(path)} is.`;
}

/** @returns the names on the way to a property of the message; undefined where they can't be told */
function pathIn({ source, expression }: Settings['fields'][Field]): readonly string[] | undefined {
  if (source !== 'msg') return undefined;
  const dotted = expression
    .trim()
    .replace(/\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g, '.$1$2$3')
    .replace(/^msg\./, '');
  return dotted === '' || /[[\]]/.test(dotted) ? undefined : dotted.split('.');
}

function at(msg: NodeMessage, path: readonly string[]): unknown {
  let value: unknown = msg;
  for (const name of path) value = isHolder(value) ? value[name] : undefined;
  return value;
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

/** letters of a name in which a wrong one can be told from another word */
const LONG = 6;

/** What a field may be called as well, where it should be. */
const ALSO: Readonly<Partial<Record<Field, RegExp>>> = {
  orderLinkIdPrefix: /^(own|client|order|link|id)*prefix(es)?$/,
  placedBefore: /^createdbefore$/,
};
/** names in an object that are looked at */
const MOST_KEYS = 1000;

/**
 * Written in another way, in the plural, with two letters swapped, one too many or missing; in a long
 * name also with a wrong one.
 */
function isLike(key: string, name: string): boolean {
  const [given, wanted] = [plain(key), plain(name)];
  if (given === '') return false;
  if ([wanted, `${wanted}s`, `${wanted}es`].includes(given)) return true;
  if (Math.abs(given.length - wanted.length) > 1) return false;
  let same = 0;
  while (same < given.length && given[same] === wanted[same]) same += 1;
  const rest = (text: string, skipped: number) => text.slice(same + skipped);
  const swapped = wanted.charAt(same + 1) + wanted.charAt(same) + wanted.slice(same + 2);
  if (rest(given, 0) === swapped && same + 1 < wanted.length) return true;
  const isMore = rest(given, 1) === rest(wanted, 0);
  const isLess = rest(given, 0) === rest(wanted, 1);
  if (wanted.length >= LONG) return isMore || isLess || rest(given, 1) === rest(wanted, 1);
  // In a short one: a letter twice, or one missing in its midst.
  const isTwice = isMore && given[same] === wanted[same - 1];
  return wanted.length > 3 && (isTwice || (isLess && same > 0 && same < wanted.length - 1));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
