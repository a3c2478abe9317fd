/**
 * What a message has instead of a field that is read, and what nobody reads: passed over, it would widen
 * the scope.
 */
import type { NodeMessage } from 'node-red';
import { FIELDS, type Field, type Settings } from './settings';

/** What stands in the dialog alone. */
const FIXED = ['kinds', 'which', 'atMost', 'dryRun'] as const;
export type Fixed = Pick<Settings, 'fields' | (typeof FIXED)[number]>;

/** @returns what is wrong with a message, in words; undefined where nothing is */
export function unreadIn(msg: NodeMessage, settings: Fixed): string | undefined {
  return fixedIn(msg, settings) ?? unparsedIn(msg, settings);
}

/** @returns the same of what looks like a field */
export function lookalikeIn(msg: NodeMessage, { fields }: Pick<Settings, 'fields'>) {
  for (const field of FIELDS) {
    const { source, expression } = fields[field];
    const path = source === 'msg' ? pathOf(expression) : undefined;
    const wrong = path && insteadOf(field, path, msg);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** A setting of the dialog, said otherwise by the message. */
function fixedIn(msg: NodeMessage, settings: Fixed): string | undefined {
  for (const [place, holder] of [
    ['msg.payload', msg.payload],
    ['msg', msg],
  ] as const) {
    for (const name of FIXED) {
      const given = isHolder(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined;
      if (given === undefined || plainText(given) === plainText(settings[name])) continue;
      return `${place}.${name} is not read: it is set in the dialog of the node.`;
    }
  }
  return undefined;
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What narrows may be in a text or a list that nobody has read yet. */
function unparsedIn({ payload }: NodeMessage, { fields }: Pick<Settings, 'fields'>) {
  const isRead = FIELDS.some(
    (field) =>
      fields[field].source === 'msg' && pathOf(fields[field].expression)?.[0] === 'payload',
  );
  if (!isRead) return undefined;
  if (Array.isArray(payload)) return `msg.payload is an array. ${UNREAD}`;
  const text =
    payload instanceof Uint8Array ? Buffer.from(payload).toString('utf8', 0, 1000) : payload;
  if (typeof text !== 'string' || !(STRUCTURED.test(text) || NAMED.test(text))) return undefined;
  return `msg.payload is text: put a JSON node before this one. ${UNREAD}`;
}

const UNREAD = 'What it says could not narrow what is cancelled.';
const STRUCTURED = /^\s*[{[]/;
const NAMED = new RegExp(`\\b(${FIELDS.join('|')})\\b\\W{0,3}[:=>]`, 'i');

type Holder = Readonly<Record<string, unknown>>;

/** `base_coin`, `sides` and the like stand for a field; so does a field in the wrong place. */
function insteadOf(field: Field, path: readonly string[], msg: NodeMessage): string | undefined {
  const name = path.at(-1) ?? '';
  const parent = path.slice(0, -1);
  const holder = at(msg, parent);
  if (isHolder(holder) && Object.hasOwn(holder, name)) return undefined;
  const inWords = (places: readonly string[]) => ['msg', ...places].join('.');
  const look = (places: readonly string[]) => {
    const there = at(msg, places);
    const key = Object.keys(isHolder(there) ? there : {}).find((one) => isLike(one, name, field));
    return key === undefined ? undefined : inWords([...places, key]);
  };
  const alike = look(parent);
  if (alike !== undefined) return `${alike} is not read: it is called ${name}.`;
  const beside = path.length > 2 ? undefined : look(path.length === 1 ? ['payload'] : []);
  return beside && `${beside} is not read, but ${inWords(path)} is.`;
}

/** @returns the names on the way to a property; undefined where they can't be told */
function pathOf(expression: string): readonly string[] | undefined {
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

/** What a field may be called as well. */
const ALSO: Readonly<Partial<Record<Field, RegExp>>> = {
  orderLinkIdPrefix: /prefix(es)?$/,
  placedBefore: /^(created|placed)?before$/,
};

/**
 * Written in another way, in the plural, with two letters swapped, one too many or missing; in a long
 * name also with a wrong one.
 */
function isLike(key: string, name: string, field: Field): boolean {
  const [given, wanted] = [plain(key), plain(name)];
  if (given === '') return false;
  if ([wanted, `${wanted}s`, `${wanted}es`].includes(given)) return true;
  if (wanted === plain(field) && ALSO[field]?.test(given)) return true;
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
