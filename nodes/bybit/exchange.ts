/**
 * The exchange as the rules of a cancel see it: sends, look-ups and the clock, events over the
 * order stream, all under the account's pacing.
 */
import type { Clock } from './clock';
import { createMeasurement } from './clock-measurement';
import type { Connections } from './connections';
import type { AccountOptions } from './options';
import { createKeepWarm } from './keep-warm';
import { createOrderEntry, type OrderEntry } from './order-entry';
import { queries, readLookUp } from './order-queries';
import { createOrderStream } from './order-stream';
import { createPacer, type Pacer, type Turn } from './pacing';
import type { Ports } from './ports';
import type { AskLightly, Rest, RestAnswer } from './rest';
import { meaningOf, type Meaning } from './ret-codes';
import { CANCEL_LIMIT, readSent, sendCancel, shutOut } from './sending';
import type { Signal } from './signal';
import type { Time } from './time';

/** requests per UID and second (API section rate-limit), until an answer tells the real limit */
export const LIMITS = { spot: 20, other: 10, realtime: 50, history: 50, light: 5, lists: 10 };
/** Of the limits for look-ups: an IP has 600 requests in 5 s for everything. */
export const SHARE = 0.75;
/** ms */
const LOOK_UP_LIMIT = 1500;
/** the one refusal that comes with a reset time */
const RATE_OF_UID = 10006;
/** ms; what the other refusals for the rate are counted in */
const ABOUT_A_SECOND = 1000;

export interface Following {
  /** whether cancels are to be confirmed: that takes the order stream */
  readonly confirm: boolean;
}

export interface Exchange extends Ports {
  /** Keeps open what somebody's cancels need. @returns ends it for them */
  follow(wanted: Following): () => void;
  /** For public endpoints. */
  readonly askLightly: AskLightly;
  /** Ends the sockets. */
  close(): void;
  /** Resolves when no request is under way. */
  quiet(): Promise<void>;
}

export function createExchange(
  connections: Connections,
  options: AccountOptions,
  time: Time,
): Exchange {
  const { clock } = connections;
  const { ask, count, quiet, stop } = countRequests(connections.rest);
  const { pacers, read } = createPacing(time, clock);
  const lightly = (pacer: Pacer) => askPaced(ask, pacer, read);
  const measureClock = createMeasurement(lightly(pacers.light), clock, () => time.wall());
  const remeasure = (signal: Signal) => measureClock(time.wall(), signal);
  const stream = createOrderStream((handlers) =>
    connections.open({ ...handlers, ...STREAM, measureClock: remeasure }),
  );
  const entry = openEntry(connections, options, time, remeasure);
  const keepWarm = createKeepWarm({ ask: lightly(pacers.light), count, clock, time });
  const { environment } = options;
  const at = {
    http: { environment, host: new URL(options.restUrl).host, proxied: connections.proxied },
    websocket: { environment, host: new URL(options.streamUrl).host },
  };

  return {
    time,
    environment,
    transport: entry === undefined ? 'http' : 'websocket',
    watch: (request, watcher) => stream.watch(request, watcher),
    streamUp: () => stream.up(),
    measureClock,
    // Apart from the clock's: an editor's lists take nothing from a cancel that needs the time.
    askLightly: lightly(pacers.lists),
    async send(request, { seniority, waits, wire, onStart, onSent }) {
      const pacer = pacers[request.category === 'spot' ? 'spot' : 'other'];
      const turn =
        (waits.aborted ? undefined : pacer.atOnce()) ?? (await pacer.turn(seniority, waits));
      if (!turn.granted)
        return turn.why === 'banned' ? shutOut('http', at.http) : { why: turn.why };
      onStart();
      const sending = sendCancel(request, ask, entry, { signal: wire, onSent });
      const { transport } = sending;
      const answer = await sending.answer;
      return readSent(answer, transport, read(pacer, turn, answer), at[transport]);
    },
    async lookUp(request, scope, { seniority, waits, wire: signal }) {
      const where = scope === 'history' ? 'history' : 'realtime';
      for (const fields of queries(request, scope)) {
        const turn = await pacers[where].turn(seniority, waits);
        if (!turn.granted) return { readable: false };
        const path = `/v5/order/${where}`;
        const answer = await ask({ method: 'GET', path, fields, limitMs: LOOK_UP_LIMIT, signal });
        const meaning = read(pacers[where], turn, answer);
        if (meaning === 'clock') await measureClock(answer.sentAt, signal);
        const found = readLookUp(request, answer, meaning);
        if (!found.readable || found.record !== undefined) return found;
      }
      return { readable: true };
    },
    follow({ confirm }) {
      const endStream = confirm ? stream.follow() : undefined;
      const endWarmth = entry === undefined ? keepWarm.follow() : undefined;
      return () => {
        endStream?.();
        endWarmth?.();
      };
    },
    close() {
      stop();
      keepWarm.close();
      stream.close();
      entry?.close();
    },
    quiet,
  };
}

const STREAM = {
  path: '/v5/private',
  name: 'order stream',
  instead: 'Cancels are confirmed by look-ups',
};
const ENTRY = { path: '/v5/trade', name: 'order entry', instead: 'Cancels are sent over HTTP' };

function openEntry(
  connections: Connections,
  { transport, recvWindow }: AccountOptions,
  time: Time,
  measureClock: (signal: Signal) => Promise<void>,
): OrderEntry | undefined {
  if (transport !== 'websocket') return undefined;
  return createOrderEntry({
    open: (handlers) => connections.open({ ...handlers, ...ENTRY, measureClock }),
    recvWindow,
    limitMs: CANCEL_LIMIT,
    exchangeNow: () => connections.clock.now(),
    time,
    clean: connections.clean,
  });
}

function askPaced(ask: Rest, pacer: Pacer, read: Pacing['read']): AskLightly {
  return async (request) => {
    const turn = pacer.atOnce();
    if (turn === undefined) return undefined;
    const answer = await ask({ ...request, method: 'GET', unsigned: true });
    read(pacer, turn, answer);
    return answer;
  };
}

interface Requests {
  readonly ask: Rest;
  /** how many there were */
  readonly count: () => number;
  readonly quiet: () => Promise<void>;
  readonly stop: () => void;
}

function countRequests(rest: Rest): Requests {
  let underway = 0;
  let asked = 0;
  let stopped = false;
  let leave: () => void = () => undefined;
  return {
    stop: () => (stopped = true),
    async ask(request) {
      if (stopped) return NOT_SENT;
      underway += 1;
      asked += 1;
      try {
        return await rest(request);
      } finally {
        underway -= 1;
        if (underway === 0) leave();
      }
    },
    count: () => asked,
    quiet: () =>
      new Promise((resolve) => {
        if (underway === 0) resolve();
        else leave = resolve;
      }),
  };
}

const NOT_SENT: RestAnswer = {
  wire: { kind: 'failure', sent: false, reason: 'the account was closed' },
  sentAt: 0,
  receivedAt: 0,
};

interface Pacing {
  readonly pacers: Readonly<Record<keyof typeof LIMITS, Pacer>>;
  /** Reads a paced request's answer: pacing learns from each, whatever it was for. */
  readonly read: (pacer: Pacer, turn: Turn, answer: RestAnswer) => Meaning;
}

function createPacing(time: Time, clock: Clock): Pacing {
  const pacers = {
    spot: createPacer(LIMITS.spot, time),
    other: createPacer(LIMITS.other, time),
    realtime: createPacer(LIMITS.realtime, time, SHARE),
    history: createPacer(LIMITS.history, time, SHARE),
    light: createPacer(LIMITS.light, time),
    lists: createPacer(LIMITS.lists, time),
  };
  return {
    pacers,
    read(pacer, turn, answer) {
      const meaning = meaningOf(answer.wire);
      if (meaning === 'rate') pacer.refused(pauseOf(answer, clock));
      else if (meaning === 'banned') Object.values(pacers).forEach((each) => each.banned());
      else if (meaning === 'accepted') pacer.accepted();
      // Only now: it serves the queue, which a refusal has stopped.
      turn.learn(answer.rateLimit, answer.serverTime);
      return meaning;
    },
  };
}

function pauseOf(answer: RestAnswer, clock: Clock): number | undefined {
  const { wire, rateLimit, serverTime } = answer;
  if (wire.kind !== 'reply' || wire.retCode !== RATE_OF_UID) return ABOUT_A_SECOND;
  if (rateLimit === undefined || rateLimit.resetAt === 0) return undefined;
  return Math.max(0, rateLimit.resetAt - (serverTime ?? clock.now()));
}
