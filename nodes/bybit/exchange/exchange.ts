/**
 * The exchange as the rules of a cancel see it: sends, look-ups and the clock, events over the
 * order stream, all under the account's pacing.
 */
import { createAskKey } from './ask-key';
import { whoIsAsked } from './who-is-asked';
import type { Signals } from '../health/account-health';
import type { Address } from '../limits/address';
import { banText } from '../limits/bans';
import { createBatches } from '../sending/batch';
import { createDepart } from '../sending/departure';
import { Instruments } from './instruments';
import { createClockBound } from './clock-bound';
import { createCoins, createListing } from './listing';
import { createMeasurement } from './measure-clock';
import type { Connections } from '../wire/connections';
import type { AccountOptions } from '../account-options';
import { createKeepWarm } from './keep-warm';
import { createPacing } from '../limits/limits';
import { createLookUps } from './order-queries';
import { askPaced, countRequests } from './requests';
import { createSockets } from './sockets';
import type { Pacer } from '../limits/pacer';
import type { SweepPort } from '../several/sweep-port';
import type { AskLightly, RestAnswer } from '../wire/http';
import { createSendCancel } from '../sending/send-cancel';
import { createWideCancel } from '../sending/wide-cancel';
import { AbortSource, type Signal } from '../time/abort';
import type { Time } from '../time/time';

export interface Following {
  /** whether cancels are to be confirmed: that takes the order stream */
  readonly confirm: boolean;
  /** whether open orders are listed, which takes HTTP */
  readonly lists?: boolean;
}

export interface Exchange extends SweepPort {
  /** Keeps open what somebody's cancels need. @returns ends it for them */
  follow(wanted: Following): () => void;
  /** For public endpoints. */
  readonly askLightly: AskLightly;
  /** Asks what the exchange knows of the key (API section user/apikey-info). */
  readonly askKey: () => Promise<RestAnswer | undefined>;
  /** Asks for the exchange's time, where that may be sent at once. */
  readonly probe: () => Promise<RestAnswer | undefined>;
  /** @returns ms, monotonic: until when a ban keeps cancels from being sent */
  readonly bannedUntil: () => number | undefined;
  /** the same of everything that goes over HTTP */
  readonly httpBannedUntil: () => number | undefined;
  readonly entryUp: () => boolean;
  /** The exchange answers again: WebSockets that are down are opened. @param takesKey whether it takes the key again */
  wake(takesKey: boolean): void;
  /** Ends the sockets. */
  close(): void;
  /** Resolves when no request is under way. */
  quiet(): Promise<void>;
}

export function createExchange(
  connections: Connections,
  options: AccountOptions,
  time: Time,
  address: Address,
  signals: Signals = UNHEARD,
): Exchange {
  const { clock } = connections;
  const { ask, count, quiet, stop } = countRequests(connections.rest);
  const origins = { http: options.restUrl, websocket: options.streamUrl };
  const clockBound = createClockBound(time);
  const entryUp = () => sockets.entryUp();
  const pacing = createPacing({
    ...{ time, clock, address, origins, entryUp },
    onAnswer(meaning, answer, transport, signed) {
      clockBound.heard(answer);
      signals.answered(meaning, answer, transport, signed);
    },
  });
  const { pacers } = pacing;
  const closing = new AbortSource();
  const lightly = (pacer: Pacer) => askPaced(ask, pacer, pacing.read);
  const patiently = askPaced(ask, pacers.light, pacing.read, (until) =>
    pacers.light.turn(time.now(), until),
  );
  const askForTime: AskLightly = (request) => patiently(request, closing);
  const measureClock = createMeasurement(askForTime, clock, () => time.wall());
  const remeasure = (signal: Signal) => measureClock(time.wall(), signal);
  const sockets = createSockets(connections, options, { time, signals, measureClock: remeasure });
  const { stream, entry } = sockets;
  const { watchers } = stream;
  const keepWarm = createKeepWarm({ ask: lightly(pacers.light), count, clock, time });
  const { environment } = options;
  const at = whoIsAsked(options, connections.proxied);

  const depart = createDepart(ask, entry);
  const instruments = new Instruments(
    askPaced(ask, pacers.lists, pacing.read, (until) => pacers.lists.turn(time.now(), until)),
  );
  const batches = createBatches({ depart, pacing, at, time, clean: connections.clean });

  return {
    time,
    environment,
    ...(options.name ? { account: options.name } : {}),
    transport: entry === undefined ? 'http' : 'websocket',
    watch: (request, watcher) => watchers.watch(request, watcher),
    watchAll: (listener) => watchers.watchAll(listener),
    list: createListing({
      ...{ ask, pacing, instruments, measureClock, at: at.http },
      now: () => time.now(),
      aheadMs: () => clockBound.aheadMs(),
    }),
    ...createCoins(instruments),
    cancelWide: createWideCancel({ depart, pacing, at: at.http }),
    streamUp: () => stream.up(),
    measureClock,
    // Apart from the clock's: an editor's lists take nothing from a cancel that needs the time.
    askLightly: lightly(pacers.lists),
    askKey: createAskKey({ ask, pacing, time, measureClock, signal: closing }),
    probe: () =>
      lightly(pacers.light)({
        ...{ path: '/v5/market/time', fields: {}, limitMs: PROBE_LIMIT, signal: closing },
      }),
    bannedUntil: pacing.bannedUntil,
    httpBannedUntil: pacing.httpBannedUntil,
    entryUp,
    wake: (takesKey) => sockets.wake(takesKey),
    send: createSendCancel({ depart, batches, pacing, at }),
    lookUp: createLookUps({ ask, pacing, measureClock }),
    ban() {
      const until = pacing.bannedUntil();
      if (until === undefined) return undefined;
      return { until, explain: () => banText(at.http.host, until, time) };
    },
    follow({ confirm, lists = false }) {
      const endStream = confirm ? stream.follow() : undefined;
      const endWarmth = entry === undefined || lists ? keepWarm.follow() : undefined;
      return () => {
        endStream?.();
        endWarmth?.();
      };
    },
    close() {
      stop();
      closing.abort('closing');
      pacing.close();
      keepWarm.close();
      sockets.close();
    },
    quiet,
  };
}

/** ms */
const PROBE_LIMIT = 3000;

const UNHEARD: Signals = {
  answered: () => undefined,
  stream: () => undefined,
  entry: () => undefined,
  admitted: () => undefined,
};
