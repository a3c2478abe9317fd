/**
 * The exchange as the rules of a cancel see it: sends, look-ups and the clock over REST, events
 * over the order stream, all under the account's pacing.
 */
import type { AccountOptions } from './account';
import type { Clock } from './clock';
import { explain, type Circumstances } from './explain';
import type { OrderStream } from './order-stream';
import type { CancelRequest, OrderRecord } from './outcome';
import { createPacer, type Pacer, type Turn } from './pacing';
import type { Answer, LookUpAnswer, LookUpScope, NotSent, Ports, SendOptions } from './ports';
import { asRecord, pick } from './records';
import type { Rest, RestAnswer, RestRequest } from './rest';
import { meaningOf, type Meaning } from './ret-codes';
import type { Time } from './time';

/** requests per UID and second (API section rate-limit), until an answer tells the real limit */
const LIMITS = { spot: 20, other: 10, realtime: 50, history: 50 };
/** ms: an answer that takes longer is looked for in the records */
const CANCEL_LIMIT = 2000;
const LOOK_UP_LIMIT = 1500;
const CLOCK_LIMIT = 2000;

export interface ExchangeOptions {
  readonly rest: Rest;
  readonly stream: OrderStream;
  readonly clock: Clock;
  readonly time: Time;
  readonly options: AccountOptions;
  /** whether REST goes through a proxy */
  readonly proxied: boolean;
}

export interface Exchange extends Ports {
  /** Resolves when no request is under way. */
  quiet(): Promise<void>;
}

export function createExchange(setUp: ExchangeOptions): Exchange {
  const { rest, stream, clock, time, options, proxied } = setUp;
  const underway = new Set<Promise<RestAnswer>>();
  const pacers = {
    spot: createPacer(LIMITS.spot, time),
    other: createPacer(LIMITS.other, time),
    realtime: createPacer(LIMITS.realtime, time),
    history: createPacer(LIMITS.history, time),
  };
  const ask: Rest = async (request) => {
    const answer = rest(request);
    underway.add(answer);
    try {
      return await answer;
    } finally {
      underway.delete(answer);
    }
  };
  const at = { environment: options.environment, host: new URL(options.restUrl).host, proxied };
  const measureClock = createMeasurement(ask, clock);

  /** One paced request: pacing learns from each answer, whatever it was for. */
  const paced = async (pacer: Pacer, turn: Turn, request: RestRequest) => {
    const answer = await ask(request);
    const meaning = meaningOf(answer.wire);
    if (meaning === 'rate') pacer.refused(pauseOf(answer, clock));
    else if (meaning === 'banned') Object.values(pacers).forEach((each) => each.banned());
    else if (meaning === 'accepted') pacer.accepted();
    // Only now: it serves the queue, which a refusal has stopped.
    turn.learn(answer.rateLimit, answer.serverTime);
    return { answer, meaning };
  };

  return {
    time,
    environment: options.environment,
    transport: 'http',
    watch: (request, watcher) => stream.watch(request, watcher),
    streamUp: () => stream.up(),
    measureClock,
    send: (request, sendOptions) => send(request, sendOptions, { pacers, paced, at }),
    async lookUp(request, scope, signal, seniority) {
      const where = scope === 'history' ? 'history' : 'realtime';
      for (const fields of queries(request, scope)) {
        const turn = await pacers[where].turn(seniority, signal);
        if (!turn.granted) return { readable: false };
        const path = `/v5/order/${where}`;
        const wanted = { method: 'GET', path, fields, limitMs: LOOK_UP_LIMIT, signal } as const;
        const { answer, meaning } = await paced(pacers[where], turn, wanted);
        if (meaning === 'clock') await measureClock(answer.sentAt, signal);
        const read = readLookUp(request, answer, meaning);
        if (!read.readable || read.record !== undefined) return read;
      }
      return { readable: true };
    },
    async quiet() {
      await Promise.allSettled(underway);
    },
  };
}

interface Sending {
  readonly pacers: Readonly<Record<'spot' | 'other', Pacer>>;
  readonly paced: (
    pacer: Pacer,
    turn: Turn,
    request: RestRequest,
  ) => Promise<{ answer: RestAnswer; meaning: Meaning }>;
  readonly at: Circumstances;
}

async function send(
  request: CancelRequest,
  { seniority, waits, wire, onStart }: SendOptions,
  { pacers, paced, at }: Sending,
): Promise<Answer | NotSent> {
  const pacer = pacers[request.category === 'spot' ? 'spot' : 'other'];
  const turn = await pacer.turn(seniority, waits);
  if (!turn.granted) return turn.why === 'banned' ? shutOut(at) : {};
  onStart();
  const { answer, meaning } = await paced(pacer, turn, {
    method: 'POST',
    path: '/v5/order/cancel',
    fields: { ...request },
    limitMs: CANCEL_LIMIT,
    signal: wire,
  });
  const { wire: told, rateLimit } = answer;
  return {
    meaning,
    message: explain(told, { ...at, ...aheadOf(answer) }),
    transport: 'http',
    signedAt: answer.sentAt,
    ...(told.kind === 'reply' ? { retCode: told.retCode, retMsg: told.retMsg } : {}),
    ...idsOf(answer.result),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

function shutOut(at: Circumstances): Answer {
  return {
    meaning: 'banned',
    message: `${at.host} has shut out this IP address for too many requests: nothing is sent for ten minutes.`,
    transport: 'http',
    signedAt: 0,
  };
}

/** ms that the exchange's clock is ahead of ours, as this answer tells. */
function aheadOf({ serverTime, sentAt, receivedAt }: RestAnswer): { clockAheadMs?: number } {
  return serverTime === undefined ? {} : { clockAheadMs: serverTime - (sentAt + receivedAt) / 2 };
}

function pauseOf({ rateLimit, serverTime }: RestAnswer, clock: Clock): number | undefined {
  if (rateLimit === undefined || rateLimit.resetAt === 0) return undefined;
  return Math.max(0, rateLimit.resetAt - (serverTime ?? clock.now()));
}

function idsOf(result: unknown): { orderId?: string; orderLinkId?: string } {
  if (typeof result !== 'object' || result === null) return {};
  const { orderId, orderLinkId } = result as Record<string, unknown>;
  return {
    ...(typeof orderId === 'string' ? { orderId } : {}),
    ...(typeof orderLinkId === 'string' ? { orderLinkId } : {}),
  };
}

/** API sections order/open-order and order/order-list. */
function queries(request: CancelRequest, scope: LookUpScope): Record<string, string>[] {
  const { category, symbol, orderId, orderLinkId } = request;
  const id: Record<string, string> =
    orderId === undefined ? { orderLinkId: orderLinkId ?? '' } : { orderId };
  if (scope === 'place') return [{ category, symbol, ...id }];
  if (scope === 'history' || category !== 'linear') return [{ category, ...id }];
  // Linear orders are listed by symbol or by settle coin, never without either.
  return [
    { category, settleCoin: 'USDT', ...id },
    { category, settleCoin: 'USDC', ...id },
  ];
}

function readLookUp(request: CancelRequest, answer: RestAnswer, meaning: Meaning): LookUpAnswer {
  const { category, list } = (answer.result ?? {}) as { category?: unknown; list?: unknown };
  if (meaning !== 'accepted' || !Array.isArray(list)) return { readable: false };
  const of = typeof category === 'string' && category !== '' ? category : request.category;
  const records = list
    .map((item) => asRecord(item, of))
    .filter((item): item is OrderRecord => item !== undefined);
  const record = pick(records, request);
  return { readable: true, ...(record === undefined ? {} : { record }) };
}

/** Messages whose timestamps were refused together share one measurement. */
function createMeasurement(ask: Rest, clock: Clock): Ports['measureClock'] {
  let running: Promise<void> | undefined;
  const measure = async () => {
    const answer = await ask({
      method: 'GET',
      path: '/v5/market/time',
      fields: {},
      limitMs: CLOCK_LIMIT,
      signal: new AbortController().signal,
      unsigned: true,
    });
    const serverTime = meaningOf(answer.wire) === 'accepted' ? timeOf(answer) : undefined;
    if (serverTime !== undefined) clock.adopt(serverTime, answer.sentAt, answer.receivedAt);
  };
  return async (signedAt, signal) => {
    if (clock.adoptedAt() > signedAt) return;
    running ??= measure().finally(() => (running = undefined));
    await unlessAborted(running, signal);
  };
}

/** API section market/time: `timeNano` is the finer of the two. */
function timeOf({ result, serverTime }: RestAnswer): number | undefined {
  const nano = (result as { timeNano?: unknown } | undefined)?.timeNano;
  const ms = typeof nano === 'string' && /^\d{16,20}$/.test(nano) ? Number(nano) / 1e6 : undefined;
  return ms ?? serverTime;
}

/** Waits for some work, at most until the signal. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let leave: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => (leave = resolve));
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  await Promise.race([work, aborted]);
  signal.removeEventListener('abort', leave);
}
