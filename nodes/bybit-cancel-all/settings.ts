/**
 * The properties of a node that cancels everything that matches: their defaults, and how they are
 * read. The runtime and the dialog import this one file.
 */
import { readProperties, type ActionSettings, type RawSettings } from '../action/request/settings';
import { KINDS, WHICH, type Kinds, type Which } from '../bybit/model';
import { problem } from '../properties/problems';
import { readFlag, readText, readWhole, type LookUp, type Read } from '../properties/values';

export const FIELDS = [
  'category',
  'symbol',
  'baseCoin',
  'settleCoin',
  'side',
  'orderLinkIdPrefix',
  'placedBefore',
] as const;
export type Field = (typeof FIELDS)[number];

export const DEFAULTS = {
  name: '',
  account: '',
  category: 'payload.category',
  categoryType: 'msg',
  symbol: 'payload.symbol',
  symbolType: 'msg',
  baseCoin: 'payload.baseCoin',
  baseCoinType: 'msg',
  settleCoin: 'payload.settleCoin',
  settleCoinType: 'msg',
  kinds: 'entries',
  side: 'payload.side',
  sideType: 'msg',
  orderLinkIdPrefix: 'payload.orderLinkIdPrefix',
  orderLinkIdPrefixType: 'msg',
  which: 'snapshot',
  placedBefore: 'payload.placedBefore',
  placedBeforeType: 'msg',
  atMost: '',
  dryRun: false,
  timeout: 30_000,
} as const;

interface Own {
  readonly kinds: Kinds;
  readonly which: Which;
  /** blank: any number */
  readonly atMost: number | '';
  readonly dryRun: boolean;
}
export type Settings = ActionSettings<Field> & Own;

/** orders; an account can't have more of a category's symbols than that */
const MOST = 100_000;

export function readKinds(value: unknown): Read<Kinds> {
  return readChoice('kinds', value, KINDS);
}

export function readWhich(value: unknown): Read<Which> {
  return readChoice('which', value, WHICH);
}

export function readAtMost(value: unknown): Read<number | ''> {
  const isBlank = typeof value === 'string' && value.trim() === '';
  return isBlank ? { value: '' } : readWhole('atMost', value, 0, MOST);
}

export function readDryRun(value: unknown): Read<boolean> {
  return readFlag('dryRun', value);
}

function readChoice<T extends string>(
  property: string,
  value: unknown,
  choices: readonly T[],
): Read<T> {
  const { value: text } = readText(property, value);
  const choice = choices.find((known) => known === text);
  return choice === undefined
    ? problem('choice', { property, choices: choices.join(', ') })
    : { value: choice };
}

/** Reads a node's properties. Absent ones take their defaults, unset variables are a problem. */
export function readSettings(raw: RawSettings, lookUp: LookUp): Read<Settings> {
  const own = { kinds: readKinds, which: readWhich, atMost: readAtMost, dryRun: readDryRun };
  return readProperties({ defaults: DEFAULTS, fields: FIELDS, own }, raw, lookUp);
}
