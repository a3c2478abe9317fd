/**
 * One request for all orders of a symbol (API section order/cancel-all). Its answer names the orders
 * that it took up, for futures an arbitrary 500 at most; the others are looked up.
 */
import type { Circumstances } from '../answers/explain';
import { meaningOf, type Meaning } from '../answers/meaning';
import { lateAnswer, meaningForItems } from './batch-answers';
import { answerOf } from './cancel-answer';
import type { Answer, Joined } from '../cancel/exchange-port';
import type { SweepPort, WideRequest } from '../several/sweep-port';
import { isPair } from '../several/wide';
import { SHORT_WINDOW, type Depart, type Departed } from './departure';
import { allOf, unlessCutOff } from './joined';
import type { Pacer, Turn } from '../limits/pacer';
import type { Pacing } from '../limits/limits';
import type { Category, SentRequest } from '../model';
import type { Reply } from '../answers/reply';
import type { Signal } from '../time/abort';
import { endingAt, sleep, type Time } from '../time/time';

const POOLS = {
  spot: 'allSpot',
  linear: 'allFutures',
  inverse: 'allFutures',
  option: 'allOption',
} as const satisfies Record<Category, string>;

/** times that it is sent, at most */
const TRIES = 3;
/** ms before it is sent again */
const PAUSE = 200;
/** ms that an order takes by itself, about, where many are cancelled in batches */
const BY_ITSELF = 45;
/** ms for orders that have no cancel of their own: they wait as long as there is time */
const NO_OTHER_WAY = Infinity;
/** It may be sent again: an order that it cancelled before is not open any more. */
const AGAIN: ReadonlySet<Meaning> = new Set([
  ...(['clock', 'rate', 'throttled', 'unknown', 'unsent', 'transient', 'transient-once'] as const),
]);
/** Certainly without effect, even later. */
const UNDONE: ReadonlySet<Meaning> = new Set([
  ...(['clock', 'rate', 'unsent', 'gone', 'again', 'banned', 'unauthorized', 'rejected'] as const),
]);
/** ms: after a longer wait for an answer, the look-ups tell sooner than another request */
const QUICK = 2000;
/** ms that an accepted request may take until it has closed its last order */
const TAKES_EFFECT = 300;

export interface WideCancelOptions {
  readonly depart: Depart;
  readonly pacing: Pacing;
  readonly measureClock: SweepPort['measureClock'];
  /** who is asked, for words */
  readonly at: Circumstances;
  readonly time: Time;
}

export function createWideCancel(options: WideCancelOptions): SweepPort['cancelWide'] {
  return async (wide, joined, isMeant) => {
    if (joined.length > 0) await new WideCancel(wide, joined, isMeant, options).run();
  };
}

interface Sent {
  readonly reply: Promise<Reply>;
}

class WideCancel {
  private readonly untilStop: Signal;
  /** ms, monotonic: from then on, single cancels are quicker than waiting for its turn */
  private readonly worthUntil: number;
  /** the last answer, while it tells all: no other request is under way */
  private inHand: Reply | undefined;
  private inDoubt: Reply | undefined;
  /** ms, monotonic: from then on, none of those that were sent can be accepted any more */
  private effectUntil = 0;

  constructor(
    private readonly wide: WideRequest,
    private readonly joined: readonly Joined[],
    private readonly isMeant: () => Promise<boolean>,
    private readonly options: WideCancelOptions,
  ) {
    // One of them can be settled long before the others.
    this.untilStop = allOf(joined.map(({ options: { untilStop } }) => untilStop));
    const alone = isPair(wide.orderFilter) ? NO_OTHER_WAY : joined.length * BY_ITSELF;
    this.worthUntil = options.time.now() + alone;
  }

  async run(): Promise<void> {
    const { at, time } = this.options;
    const first = await this.send();
    if (first === undefined) {
      // Without a turn for it, each goes its own way.
      const words = () => `${at.host} could not be asked to cancel all orders of the symbol.`;
      for (const { go } of this.joined) go(Promise.resolve(again(words)));
      return;
    }
    const answered = this.untilTold(first).then((reply) => readWide(reply, at));
    for (const { request, options: own, go } of this.joined) {
      const late = () =>
        this.inHand === undefined ? lateAnswer('http', at) : readWide(this.inHand, at)(request);
      go(unlessCutOff(answered, (answerFor) => answerFor(request), own.untilCutOff, late));
    }
    await answered;
    await waitUnref(time, this.effectUntil - time.now());
  }

  /** Sends it again while it is worth it. Where one of its answers proves nothing, no later refusal does. */
  private async untilTold(first: Sent): Promise<Reply> {
    let reply = await first.reply;
    for (let tries = 1; tries < TRIES && this.isWorthIt(reply, tries); tries += 1) {
      const meaning = meaningOf(reply.wire);
      if (meaning === 'clock') await this.options.measureClock(reply.sentAt, this.untilStop);
      else await sleep(this.options.time, PAUSE, this.untilStop);
      const next = await this.send();
      if (next === undefined) break;
      reply = await next.reply;
    }
    return meaningOf(reply.wire) === 'accepted' ? reply : (this.inDoubt ?? reply);
  }

  private isWorthIt({ wire, sentAt, receivedAt }: Reply, tries: number): boolean {
    const meaning = meaningOf(wire);
    if (meaning === 'transient-once' && tries > 1) return false;
    if (receivedAt - sentAt > QUICK) return false;
    return AGAIN.has(meaning) && this.options.time.now() < this.worthUntil;
  }

  /** @returns undefined where it was not sent */
  private async send(): Promise<Sent | undefined> {
    const { pacing, time } = this.options;
    const pacer = pacing.pacers[POOLS[this.wide.category]];
    const turn = await this.turn(pacer);
    if (turn === undefined) return undefined;
    const { untilStop } = this;
    const isMeant = async () => (await this.isMeant().catch(() => false)) && !untilStop.aborted;
    const may = !untilStop.aborted && (await isMeant());
    let effectUntil = 0;
    const onSent = () => {
      effectUntil = time.now() + SHORT_WINDOW + TAKES_EFFECT;
    };
    const departed = may ? this.depart(turn.http, onSent) : undefined;
    if (departed === undefined) {
      turn.learn(undefined, undefined, 'unsent');
      return undefined;
    }
    this.inHand = undefined;
    const reply = departed.sent.then((told) => {
      pacing.read(pacer, turn, told);
      this.heard(told, effectUntil);
      return told;
    });
    return { reply };
  }

  private async turn(pacer: Pacer): Promise<Turn | undefined> {
    const { untilStop, worthUntil, joined } = this;
    if (untilStop.aborted) return undefined;
    const now = pacer.atOnce();
    if (now !== undefined) return now;
    if ((pacer.freeAt() ?? 0) > worthUntil) return undefined;
    const { time } = this.options;
    const patience = endingAt(time, worthUntil, untilStop);
    const turn = await pacer.turn(joined[0]?.options.queuedAt ?? 0, patience.signal);
    patience.release();
    return turn.granted ? turn : undefined;
  }

  private depart(http: boolean, onSent: () => void): Departed | undefined {
    const { joined, options } = this;
    return options.depart(
      'all',
      { ...this.wide },
      {
        signal: allOf(joined.map(({ options: { untilCutOff } }) => untilCutOff)),
        onStart: (id) => joined.forEach((each) => each.options.onStart(id)),
        onSent: () => {
          onSent();
          joined.forEach((each) => each.options.onSent());
        },
        http,
      },
    );
  }

  /** @param effectUntil ms, monotonic: until when it can be accepted, where it is held up on its way */
  private heard(reply: Reply, effectUntil: number): void {
    const meaning = meaningOf(reply.wire);
    if (meaning !== 'accepted' && !UNDONE.has(meaning)) {
      this.inDoubt ??= reply;
      this.effectUntil = Math.max(this.effectUntil, effectUntil);
    }
    if (this.inDoubt === undefined) this.inHand = reply;
  }
}

/** Waits, and does not keep the process alive for it. */
function waitUnref(time: Time, ms: number): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    time.after(ms, resolve).unref?.();
  });
}

/** @returns gives the answer for one order */
function readWide(reply: Reply, at: Circumstances): (request: SentRequest) => Answer {
  const { wire } = reply;
  const whole = meaningOf(wire);
  const common = {
    reply: { ...reply, result: {} },
    transport: 'http',
    at,
    alone: false,
  } as const;
  if (whole !== 'accepted') {
    const failed = answerOf({ ...common, meaning: meaningForItems(whole, wire) });
    return () => failed;
  }
  const { list, success } = (reply.result ?? {}) as { list?: unknown; success?: unknown };
  const named = new Set(Array.isArray(list) ? (list as unknown[]).map(orderIdOf) : []);
  const unknown = answerOf({ ...common, meaning: 'unknown' });
  return ({ orderId = '' }) => {
    // What it does not name may have been taken up all the same: the records tell. So they do where
    // it says that it failed ("0").
    if (success === '0' || !named.has(orderId)) return unknown;
    return answerOf({ ...common, reply: { ...reply, result: { orderId } }, meaning: 'accepted' });
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
