/**
 * One request for all orders of a symbol (API section order/cancel-all). Its answer names the orders
 * that it took up, of futures no more than 500 by chance; the others are looked up.
 */
import type { Circumstances } from '../answers/explain';
import { meaningOf, type Meaning } from '../answers/meaning';
import { lateAnswer, meaningForItems } from './batch-answers';
import { answerOf } from './cancel-answer';
import type { Answer, Joined } from '../cancel/exchange-port';
import type { SweepPort, WideRequest } from '../several/sweep-port';
import type { Depart } from './departure';
import { allOf, unlessCutOff } from './joined';
import type { Pacing } from '../limits/limits';
import type { Category, SentRequest } from '../model';
import type { RestAnswer } from '../wire/http';
import type { Signal } from '../time/abort';

const POOLS = {
  spot: 'allSpot',
  linear: 'allFutures',
  inverse: 'allFutures',
  option: 'allOption',
} as const satisfies Record<Category, string>;

/** times that it is sent, at most */
const TRIES = 3;
/** ms: after a longer wait for an answer, the look-ups tell sooner than another request */
const QUICK = 2000;
/** It may be sent again: an order that it cancelled before is not open any more. */
const AGAIN: ReadonlySet<Meaning> = new Set([
  ...(['clock', 'rate', 'throttled', 'unknown', 'unsent', 'transient', 'transient-once'] as const),
]);
/** Certainly without effect. */
const UNDONE: ReadonlySet<Meaning> = new Set(['clock', 'rate', 'unsent'] as const);

export interface WideCancelOptions {
  readonly depart: Depart;
  readonly pacing: Pacing;
  readonly measureClock: SweepPort['measureClock'];
  /** who is asked, for words */
  readonly at: Circumstances;
}

export function createWideCancel(options: WideCancelOptions): SweepPort['cancelWide'] {
  return (wide, joined, isMeant) => {
    if (joined.length > 0) void cancelWide(wide, joined, isMeant, options);
  };
}

async function cancelWide(
  wide: WideRequest,
  joined: readonly Joined[],
  isMeant: () => Promise<boolean>,
  options: WideCancelOptions,
): Promise<void> {
  const { at } = options;
  // One of them can be settled long before the others.
  const untilStop = allOf(joined.map(({ options: { untilStop: own } }) => own));
  const first = await send(wide, joined, { isMeant, untilStop }, options);
  if (first === undefined) {
    // Without a turn for it, each goes its own way.
    const words = () => `${at.host} could not be asked to cancel all orders of the symbol.`;
    for (const { go } of joined) go(Promise.resolve(again(words)));
    return;
  }
  const sendAgain = async ({ wire, sentAt }: RestAnswer) => {
    if (meaningOf(wire) === 'clock') await options.measureClock(sentAt, untilStop);
    return send(wide, joined, { isMeant, untilStop }, options);
  };
  const answered = untilTold(first, sendAgain).then((answer) => readWide(answer, at));
  const late = () => lateAnswer('http', at);
  for (const { request, options: own, go } of joined) {
    go(unlessCutOff(answered, (answerFor) => answerFor(request), own.untilCutOff, late));
  }
}

/** Sends it again while it is worth it. Where one of its answers proves nothing, no later refusal does. */
async function untilTold(
  first: Sent,
  sendAgain: (last: RestAnswer) => Promise<Sent | undefined>,
): Promise<RestAnswer> {
  let answer = await first.answer;
  let inDoubt: RestAnswer | undefined;
  for (let tries = 1; tries < TRIES && isWorthIt(answer); tries += 1) {
    if (!UNDONE.has(meaningOf(answer.wire))) inDoubt ??= answer;
    const next = await sendAgain(answer);
    if (next === undefined) break;
    answer = await next.answer;
  }
  return meaningOf(answer.wire) === 'accepted' ? answer : (inDoubt ?? answer);
}

function isWorthIt({ wire, sentAt, receivedAt }: RestAnswer): boolean {
  return AGAIN.has(meaningOf(wire)) && receivedAt - sentAt <= QUICK;
}

interface Sent {
  readonly answer: Promise<RestAnswer>;
}

/** @returns undefined where it was not sent */
async function send(
  wide: WideRequest,
  joined: readonly Joined[],
  wanted: { readonly isMeant: () => Promise<boolean>; readonly untilStop: Signal },
  { depart, pacing }: WideCancelOptions,
): Promise<Sent | undefined> {
  const { isMeant, untilStop } = wanted;
  const pacer = pacing.pacers[POOLS[wide.category]];
  const turn =
    (untilStop.aborted ? undefined : pacer.atOnce()) ??
    (await pacer.turn(joined[0]?.options.queuedAt ?? 0, untilStop));
  if (!turn.granted) return undefined;
  const may = !untilStop.aborted && (await isMeant().catch(() => false)) && !untilStop.aborted;
  const departed = may
    ? depart(
        'all',
        { ...wide },
        {
          signal: allOf(joined.map(({ options }) => options.untilCutOff)),
          onStart: (id) => joined.forEach(({ options }) => options.onStart(id)),
          onSent: () => joined.forEach(({ options }) => options.onSent()),
          http: turn.http,
        },
      )
    : undefined;
  if (departed === undefined) {
    turn.learn(undefined, undefined, 'unsent');
    return undefined;
  }
  const answer = departed.sent.then((told) => {
    pacing.read(pacer, turn, told);
    return told;
  });
  return { answer };
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
