/**
 * What several orders come to: one summary for the message, and a line for each order.
 */
import { inAccount, present, type ErrorSource, type Writer } from './message';
import { stateOf } from './order-state';
import { isSuccess, type Told, type ToldCode } from './told';
import {
  isRetryable,
  ORDER_FILTERS,
  type Environment,
  type Outcome,
  type OutcomeCode,
  type RateLimit,
  type Timing,
  type Transport,
} from '../../bybit/model';

/** One order: its outcome, or why nothing was sent for it. */
export type OrderOutcome = Partial<Outcome> & Pick<Outcome, 'outcome' | 'message'>;

export type Counts = Readonly<Partial<Record<OutcomeCode | 'listed', number>>>;

export interface ToldOfSeveral extends Told {
  readonly counts: Counts;
  readonly orders: readonly OrderOutcome[];
  /** how many were sent, look-ups included */
  readonly requests: number;
  readonly retryAfterMs?: number;
  readonly rateLimit?: RateLimit;
}

export interface Summary {
  readonly outcome: ToldCode;
  readonly message: string;
  readonly statusCode?: number;
  readonly counts: Counts;
  readonly retryAfterMs?: number;
}

/** From the outcome of each order to that of the message. */
export function summarize(orders: readonly OrderOutcome[]): Summary {
  const counts = countOutcomes(orders);
  const failed = orders.filter(({ outcome }) => !isSuccess(outcome));
  const summary = (outcome: ToldCode, message: string): Summary => {
    const waits = failed.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
    return {
      ...{ outcome, message, counts },
      ...(waits.length === 0 ? {} : { retryAfterMs: Math.max(...waits) }),
    };
  };
  const [first] = failed;
  if (orders.length === 0) return summary('nothing-to-cancel', 'There was no order to cancel.');
  if (first === undefined) return summary('cancelled', cancelledText(orders, counts));
  const isSame = failed.length === orders.length && counts[first.outcome] === orders.length;
  if (isSame) return summary(first.outcome, sameText(failed, first));
  const statusCode = counts.unconfirmed === undefined ? 409 : 504;
  return { ...summary('incomplete', incompleteText(orders, failed)), statusCode };
}

function countOutcomes(orders: readonly OrderOutcome[]): Counts {
  const counts: Partial<Record<OutcomeCode, number>> = {};
  for (const { outcome } of orders) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function cancelledText({ length }: readonly OrderOutcome[], counts: Counts): string {
  const before = counts['already-cancelled'];
  const earlier = before === undefined ? '' : `, ${before} of them before this message`;
  return length === 1 ? 'The order is cancelled.' : `All ${length} orders are cancelled${earlier}.`;
}

function sameText({ length }: readonly OrderOutcome[], { outcome, message }: OrderOutcome): string {
  return length === 1 ? message : `All ${length} orders: ${outcome}. The first one: ${message}`;
}

/** What is dangerous comes first: an order that may still be open. */
function incompleteText(orders: readonly OrderOutcome[], failed: readonly OrderOutcome[]): string {
  const counts = countOutcomes(failed);
  const { unconfirmed, ...others } = counts;
  const parts = Object.entries(others).map(([outcome, count]) => `${count} ${outcome}`);
  if (unconfirmed !== undefined) {
    parts.unshift(`${unconfirmed} unconfirmed, which may still be open`);
  }
  const { message = '' } = failed.find((one) => one.outcome === 'unconfirmed') ?? failed[0] ?? {};
  const are = orders.length === 1 ? 'order is' : failed.length === 1 ? 'orders is' : 'orders are';
  return `${failed.length} of ${orders.length} ${are} not closed by a cancel: ${parts.join('; ')}. The first one: ${message}`;
}

/** How several orders stand in a message (`msg.payload`, `msg.error` and `msg.bybit`). */
export const REPORT: Writer<ToldOfSeveral> = {
  record: ({ outcome, account, environment, transport, ...told }) => {
    const { counts, orders, requests, timing, rateLimit } = told;
    return present({
      ...{ outcome, account: account && { ...account }, environment, transport },
      ...{ counts: { ...counts }, orders: orders.map(lineOf), requests },
      timing: { ...timing },
      rateLimit: rateLimit && { ...rateLimit },
    });
  },
  payload: ({ outcome, counts, orders }) => ({
    outcome,
    counts: { ...counts },
    orders: orders.map(lineOf),
  }),
  error: (told, source) => errorOf(told, source),
  inWords: ({ outcome, account, message, orders }) =>
    `${outcome}${inAccount(account)}: ${message}${namesOf(orders)}`,
};

/** orders that are named in a line of the log */
const NAMED = 20;

/** Those that are not closed by a cancel, for the log: what may still be open comes first. */
function namesOf(orders: readonly OrderOutcome[]): string {
  const failed = orders.filter(({ outcome }) => !isSuccess(outcome));
  if (failed.length === 0) return '';
  const isOpen = ({ outcome }: OrderOutcome) => outcome === 'unconfirmed';
  const sorted = [...failed.filter(isOpen), ...failed.filter((order) => !isOpen(order))];
  const names = sorted.slice(0, NAMED).map(({ outcome, symbol, orderId, orderLinkId, order }) => {
    const id = orderId ?? orderLinkId ?? order?.orderId;
    return [outcome, symbol, id].filter((part) => part !== undefined).join(' ');
  });
  const more = failed.length > NAMED ? `, and ${failed.length - NAMED} more` : '';
  return ` Not closed by a cancel: ${names.join(', ')}${more}.`;
}

function errorOf(told: ToldOfSeveral, source: ErrorSource): object {
  const { outcome, message, counts, orders, retryAfterMs } = told;
  const failed = orders.filter((order) => !isSuccess(order.outcome));
  const retryable =
    failed.length === 0
      ? isRetryableAsWhole(outcome)
      : failed.some((order) => isRetryable(order.outcome));
  return present({
    ...{ message, code: outcome, retryable, retryAfterMs },
    account: told.account && { ...told.account },
    counts: { ...counts },
    orders: failed.map((order) => failureOf(order)),
    source,
  });
}

function isRetryableAsWhole(outcome: ToldCode): boolean {
  return isRetryable(outcome as OutcomeCode);
}

/** One order as the report has it. */
export function lineOf(told: OrderOutcome): Record<string, unknown> {
  const { outcome, category, symbol, order } = told;
  const isId = (id: string | undefined) => (id === '' ? undefined : id);
  return present({
    ...{ outcome, category, symbol },
    orderId: isId(told.orderId ?? order?.orderId),
    orderLinkId: isId(told.orderLinkId ?? order?.orderLinkId),
    ...(order && stateOf(order)),
  });
}

/** One that is not closed by a cancel: fit to be given to *bybit cancel orders* again. */
function failureOf(told: OrderOutcome): Record<string, unknown> {
  const { message, outcome } = told;
  const retryable = isRetryable(outcome);
  // A pair's filter can be sent, and no message may give it.
  const orderFilter = ORDER_FILTERS.find((known) => known === told.orderFilter);
  return present({ ...lineOf(told), orderFilter, message, retryable });
}

/** What belongs to the message rather than to one of its orders. */
export interface MessageFacts {
  readonly environment: Environment;
  readonly transport: Transport;
  readonly timing: Timing;
  readonly requests: number;
}

/** The told of several orders that were sent for. */
export function toldOfSeveral(orders: readonly OrderOutcome[], facts: MessageFacts): ToldOfSeveral {
  const rateLimit = orders.findLast((order) => order.rateLimit !== undefined)?.rateLimit;
  const ways = new Set(orders.flatMap(({ attempts, transport }) => (attempts ? transport : [])));
  const [way] = ways;
  return {
    ...summarize(orders),
    ...facts,
    // Where all went the same way, that is told; else how the account is set.
    transport: ways.size === 1 && way !== undefined ? way : facts.transport,
    orders,
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}
