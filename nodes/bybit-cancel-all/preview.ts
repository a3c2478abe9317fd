/**
 * The preview of the dialog: which open orders the scope would cancel, looked up through the deployed
 * account. It is always a dry run. Answers with what was found, never with a secret.
 */
import type { NodeAPI } from 'node-red';
import { accessTo } from '../action/account-access';
import { serveQuestion } from '../action/admin-post';
import { elsewhere } from '../action/request/order-fields';
import { Refusal } from '../action/request/refusal';
import { kindOf, type Account, type SweepOutcome } from '../bybit/account';
import {
  EVERY_SYMBOL,
  type Kind,
  type OrderRecord,
  type Scope,
  type SparedBy,
  type Which,
} from '../bybit/model';
import { unknownCoinText } from './reply';
import { checkScope } from './check-scope';
import { FIELDS, readSettings, type Field } from './settings';

/** ms; longer than anyone waits before a dialog */
const TIMEOUT = 10_000;
/** at once; each can take as many requests as there are pages of orders */
const MOST = 4;
/** orders that are shown one by one */
const MOST_ORDERS = 10;

/** One of the orders that would be cancelled. */
export interface PreviewedOrder {
  readonly symbol: string;
  readonly side: string;
  readonly price: string;
  readonly qty: string;
  readonly kind: Kind;
}

export type Tally<K extends string> = Readonly<Partial<Record<K, number>>>;

export interface Previewed {
  /** orders that would be cancelled */
  readonly number: number;
  readonly symbols: Tally<string>;
  readonly sides: Tally<string>;
  readonly kinds: Tally<Kind>;
  /** the first ones, as the exchange lists them: the newest come first */
  readonly orders: readonly PreviewedOrder[];
  /** open orders that would be left, by reason */
  readonly spared: Tally<SparedBy>;
  /** open orders whose coins nobody knows: they would be left */
  readonly unplaced: number;
}

/** Why nothing can be shown. */
export type TroubleKind =
  | 'malformed'
  | 'busy'
  | 'failed'
  | 'account'
  | 'scope'
  | 'unauthorized'
  | 'rejected'
  | 'banned'
  | 'unreachable'
  // as the dialog finds them
  | 'notAllowed'
  | 'noAnswer';
export interface Trouble {
  readonly trouble: TroubleKind;
  /** in English; blank where there is no more to say */
  readonly detail: string;
}

export type PreviewAnswer = Previewed | Trouble;

/** The request's body: what is fixed in the dialog. */
interface Asked {
  /** id of the account's node */
  readonly account: string;
  readonly scope: Scope;
  readonly which: Which;
}

/**
 * `POST /bybit-cancel-all/preview` of the admin API. Who may deploy may preview: a deploy could ask the
 * same with a dry run.
 */
export function servePreview(RED: NodeAPI): void {
  serveQuestion<PreviewAnswer>(RED, {
    path: '/bybit-cancel-all/preview',
    most: MOST,
    busy: trouble('busy'),
    failed: trouble('failed'),
    answer: async (body, signal) => {
      const asked = readAsked(body);
      if ('trouble' in asked) return [400, asked];
      return [200, await preview(RED, asked, signal)];
    },
  });
}

function trouble(kind: TroubleKind, detail = ''): Trouble {
  return { trouble: kind, detail };
}

/** Variables are not looked up: their values could be secrets, and a problem would quote them. */
function readAsked(body: unknown): Asked | Trouble {
  const given = (body ?? {}) as Partial<Record<Field | 'account' | 'kinds' | 'which', unknown>>;
  const { account, kinds, which } = given;
  if (typeof account !== 'string') return trouble('malformed');
  const raw: Record<string, unknown> = { kinds, which };
  const texts: Partial<Record<Field, string>> = {};
  for (const field of FIELDS) {
    const { [field]: text = '' } = given;
    if (typeof text !== 'string') return trouble('malformed');
    if (text !== '') texts[field] = text;
    Object.assign(raw, { [field]: text, [`${field}Type`]: 'str' });
  }
  const settings = readSettings(raw, () => undefined);
  if (settings.problem !== undefined) return trouble('scope', settings.problem);
  try {
    const scope = checkScope(texts, settings.value, { _msgid: '' });
    return { account, scope, which: settings.value.which };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return trouble('scope', error.message);
  }
}

async function preview(
  RED: NodeAPI,
  { account: id, scope, which }: Asked,
  signal: AbortSignal,
): Promise<PreviewAnswer> {
  const { account, problem } = accessTo(RED, id);
  if (account === undefined) return trouble('account', problem);
  const { symbol } = scope;
  const wrong = symbol === EVERY_SYMBOL ? undefined : elsewhere(symbol, account.symbols);
  if (wrong !== undefined) return trouble('scope', wrong);
  return answerOf(await lookUp(account, scope, which, signal));
}

function lookUp(
  account: Account,
  scope: Scope,
  which: Which,
  signal: AbortSignal,
): Promise<SweepOutcome> {
  return account.cancelAll(scope, { which, dryRun: true, timeout: TIMEOUT, signal });
}

function answerOf(out: SweepOutcome): PreviewAnswer {
  const { unlisted, unknownCoin, wouldCancel, spared, unplaced = 0 } = out;
  if (unknownCoin !== undefined) return trouble('scope', unknownCoinText(unknownCoin));
  if (unlisted !== undefined) {
    const { refused = 'unreachable', explain } = unlisted;
    return trouble(refused, explain?.());
  }
  return {
    number: wouldCancel.length,
    symbols: tally(wouldCancel.map(({ symbol }) => symbol)),
    sides: tally(wouldCancel.map(({ side }) => textOf(side))),
    kinds: tally(wouldCancel.map(kindOf)),
    orders: wouldCancel.slice(0, MOST_ORDERS).map(orderOf),
    ...{ spared, unplaced },
  };
}

function orderOf(record: OrderRecord): PreviewedOrder {
  const { symbol, side, price, qty } = record;
  const kind = kindOf(record);
  return { symbol, side: textOf(side), price: textOf(price), qty: textOf(qty), kind };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function tally<K extends string>(names: readonly K[]): Tally<K> {
  const counts = new Map<K, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  // Sound because each key is a K.
  return Object.fromEntries(counts) as Tally<K>;
}
