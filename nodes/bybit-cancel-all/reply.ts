/** What a sweep comes to, in one summary, and how it stands in a message. */
import { present, type Writer } from '../action/reply/message';
import {
  lineOf,
  REPORT,
  toldOfSeveral,
  type MessageFacts,
  type OrderOutcome,
  type ToldOfSeveral,
} from '../action/reply/report';
import { isSuccess, type Told } from '../action/reply/told';
import { kindOf, type SweepOutcome } from '../bybit/account';
import type { OrderRecord, OutcomeCode } from '../bybit/model';

export interface ToldOfAll extends ToldOfSeveral {
  readonly complete?: boolean;
  readonly spared?: SweepOutcome['spared'];
  readonly appeared?: readonly OrderRecord[];
  /** of a dry run: what it would cancel */
  readonly listed?: readonly OrderRecord[];
  /** the same message can end differently later, whatever its orders */
  readonly again?: boolean;
}

/** @param atMost for words */
export function toldOfAll(
  out: SweepOutcome,
  facts: MessageFacts,
  { dryRun, atMost }: { readonly dryRun: boolean; readonly atMost: number | '' },
): ToldOfAll {
  const { complete, spared, appeared, outcomes } = out;
  const told: ToldOfAll = { ...toldOfSeveral(outcomes, facts), complete, spared, appeared };
  const { tooMany, unlisted, unknownCoin, wouldCancel } = out;
  if (unknownCoin !== undefined) {
    return { ...told, outcome: 'invalid-request', message: unknownCoinText(unknownCoin) };
  }
  if (tooMany !== undefined) {
    const message = `${tooMany} orders match, and at most ${atMost} may be cancelled: nothing was sent.`;
    return { ...told, outcome: 'invalid-request', message };
  }
  if (unlisted !== undefined) {
    const { retryAfterMs } = out;
    const later = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { ...told, ...unlistedTold(unlisted), ...later };
  }
  if (dryRun) {
    const { length } = wouldCancel;
    const left =
      out.unplaced === undefined
        ? ''
        : ` The coins of ${orders(out.unplaced)} are not known: they would be left.`;
    const message = `${orders(length)} would be cancelled. Nothing was sent.${left}`;
    return { ...told, outcome: 'listed', message, counts: { listed: length }, listed: wouldCancel };
  }
  return told.complete ? told : unproved(told, out);
}

export function unknownCoinText(field: string): string {
  return `${field} is a coin that no symbol of the category has: nothing was sent.`;
}

type Summary = Pick<Told, 'outcome' | 'message'> & { readonly again?: boolean };

/** The open orders could not be listed: nothing was sent. */
function unlistedTold(unlisted: NonNullable<SweepOutcome['unlisted']>): Summary {
  const { refused, limited, explain } = unlisted;
  const said = explain === undefined ? '' : ` ${explain()}`;
  const message = `The open orders could not be listed, and no cancel was sent.${said}`;
  const codes = {
    unauthorized: 'unauthorized',
    rejected: 'rejected',
    banned: 'rate-limited',
  } as const;
  const failed = limited === true ? 'rate-limited' : 'unavailable';
  const outcome = refused === undefined ? failed : codes[refused];
  return { outcome, message, again: refused === undefined || refused === 'banned' };
}

/** It was not proved that nothing is left. */
function unproved(told: ToldOfAll, out: SweepOutcome): ToldOfAll {
  const { allListed, exceeded, unplaced, retryAfterMs } = out;
  const isKnown = allListed && unplaced === undefined && !isSuccess(told.outcome);
  // Where sending it again is advised already, the outcome of every order says more.
  if (isKnown || isRefusal(told.outcome)) return told;
  const found = told.orders.length === 0 ? 'No order was found.' : told.message;
  const wait = Math.max(retryAfterMs ?? 0, told.retryAfterMs ?? 0);
  return {
    ...told,
    ...{ outcome: 'incomplete', statusCode: 504, again: true },
    message: `${found} ${doubt(exceeded, unplaced)} Orders may still be open.`,
    ...(wait > 0 ? { retryAfterMs: wait } : {}),
  };
}

/** What holds for every order, and for those that were not found. */
const REFUSALS: readonly Told['outcome'][] = [
  'unauthorized',
  'rate-limited',
  'unavailable',
  'unconfirmed',
];

function isRefusal(outcome: Told['outcome']): boolean {
  return REFUSALS.includes(outcome);
}

/** Why it is not known that all were found. */
function doubt(exceeded: boolean | undefined, unplaced: number | undefined): string {
  if (exceeded) return 'More came to match than may be cancelled: those were left.';
  if (unplaced !== undefined) {
    return `The coins of ${orders(unplaced)} are not known: they were left.`;
  }
  return 'Whether all were found is not known: the open orders could not be listed to the end after the last cancel.';
}

function orders(count: number): string {
  return count === 1 ? '1 order' : `${count} orders`;
}

export const REPORT_OF_ALL: Writer<ToldOfAll> = {
  record: (told) => ({
    ...REPORT.record(told),
    ...present({
      orders: linesOf(told),
      complete: told.complete,
      spared: told.spared && { ...told.spared },
      appeared: told.appeared?.map(appearedLine),
    }),
  }),
  payload: (told) => ({ ...REPORT.payload(told), orders: linesOf(told) }),
  error: (told, source) => {
    const error = REPORT.error(told, source) as Record<string, unknown>;
    if (told.again === true) error.retryable = true;
    return error;
  },
  inWords: REPORT.inWords,
};

function linesOf({ orders: all, listed }: ToldOfAll): readonly object[] {
  return listed === undefined ? all.map(lineOf) : listed.map(listedLine);
}

function listedLine(record: OrderRecord): object {
  const { category, side, price, qty } = record;
  const line: OrderOutcome = {
    outcome: 'listed' as OutcomeCode,
    message: '',
    ...(category === undefined ? {} : { category: category as never }),
    symbol: record.symbol,
    order: record,
  };
  return { ...lineOf(line), ...present({ side, price, qty, kind: kindOf(record) }) };
}

/** Who still places orders. */
function appearedLine(record: OrderRecord): object {
  const { orderId, orderLinkId, symbol, side, createType, createdTime } = record;
  return present({ orderId, orderLinkId, symbol, side, createType, createdTime });
}
