/**
 * One request for all orders of a symbol (API section order/cancel-all). Its answer names the orders
 * that it took up, of futures no more than 500 by chance; the others are looked up.
 */
import type { Circumstances } from '../answers/explain';
import { meaningOf } from '../answers/meaning';
import { lateAnswer, meaningForItems } from './batch-answers';
import { answerOf } from './cancel-answer';
import type { Answer, Joined } from '../cancel/exchange-port';
import type { SweepPort, WideRequest } from '../several/sweep-port';
import type { Depart } from './departure';
import { allOf, unlessCutOff } from './joined';
import type { Pacing } from '../limits/limits';
import type { Turn } from '../limits/pacer';
import type { Category, SentRequest } from '../model';
import type { RestAnswer } from '../wire/http';

const POOLS = {
  spot: 'allSpot',
  linear: 'allFutures',
  inverse: 'allFutures',
  option: 'allOption',
} as const satisfies Record<Category, string>;

export interface WideCancelOptions {
  readonly depart: Depart;
  readonly pacing: Pacing;
  /** who is asked, for words */
  readonly at: Circumstances;
}

export function createWideCancel(options: WideCancelOptions): SweepPort['cancelWide'] {
  const { pacing, at } = options;
  return (wide, joined, isMeant) => {
    const [first] = joined;
    if (first === undefined) return;
    const pacer = pacing.pacers[POOLS[wide.category]];
    // One of them can be settled long before the others.
    const untilStop = allOf(joined.map(({ options: { untilStop: own } }) => own));
    const waiting =
      (untilStop.aborted ? undefined : pacer.atOnce()) ??
      pacer.turn(first.options.queuedAt, untilStop);
    void Promise.resolve(waiting).then((turn) => {
      // Without a turn for it, each goes its own way.
      if (turn.granted && !untilStop.aborted && isMeant() && send(wide, joined, turn, options))
        return;
      if (turn.granted) turn.learn(undefined, undefined, 'unsent');
      const words = () => `${at.host} could not be asked to cancel all orders of the symbol.`;
      for (const { go } of joined) go(Promise.resolve(again(words)));
    });
  };
}

/** @returns whether it was sent */
function send(
  wide: WideRequest,
  joined: readonly Joined[],
  turn: Turn,
  { depart, pacing, at }: WideCancelOptions,
): boolean {
  const departed = depart(
    'all',
    { ...wide },
    {
      signal: allOf(joined.map(({ options }) => options.untilCutOff)),
      onStart: (id) => joined.forEach(({ options }) => options.onStart(id)),
      onSent: () => joined.forEach(({ options }) => options.onSent()),
      http: turn.http,
    },
  );
  if (departed === undefined) return false;
  const pacer = pacing.pacers[POOLS[wide.category]];
  const answered = departed.sent.then((answer) => {
    pacing.read(pacer, turn, answer);
    return readWide(answer, at);
  });
  const late = () => lateAnswer('http', at);
  for (const { request, options, go } of joined) {
    go(unlessCutOff(answered, (answerFor) => answerFor(request), options.untilCutOff, late));
  }
  return true;
}

/** @returns gives the answer for one order */
function readWide(answer: RestAnswer, at: Circumstances): (request: SentRequest) => Answer {
  const { wire } = answer;
  const whole = meaningOf(wire);
  const common = {
    answer: { ...answer, result: {} },
    transport: 'http',
    at,
    alone: false,
  } as const;
  if (whole !== 'accepted') {
    const failed = answerOf({ ...common, meaning: meaningForItems(whole, wire) });
    return () => failed;
  }
  const { list, success } = (answer.result ?? {}) as { list?: unknown; success?: unknown };
  const named = new Set(Array.isArray(list) ? (list as unknown[]).map(orderIdOf) : []);
  const unknown = answerOf({ ...common, meaning: 'unknown' });
  return ({ orderId = '' }) => {
    // What it does not name may have been taken up all the same: the records tell. So they do where
    // it says that it failed ("0").
    if (success === '0' || !named.has(orderId)) return unknown;
    return answerOf({ ...common, answer: { ...answer, result: { orderId } }, meaning: 'accepted' });
  };
}

function orderIdOf(row: unknown): unknown {
  return typeof row === 'object' && row !== null
    ? (row as { orderId?: unknown }).orderId
    : undefined;
}

/** Nothing was sent: it goes its own way. */
function again(explain: () => string): Answer {
  return { meaning: 'again', explain, transport: 'http', signedAt: 0 };
}
