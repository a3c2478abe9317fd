/**
 * The exchange as the rules of a cancel see it: sends, look-ups and the clock, events over the
 * order stream, all under the account's pacing.
 */
import type { AccountOptions } from '../account-options';
import type { Circumstances } from '../answers/explain';
import { createAskKey } from '../queries/ask-key';
import { UNHEARD, type Signals } from '../health/signals';
import { Instruments } from '../queries/instruments';
import type { Address } from '../limits/address';
import { banText } from '../answers/ban-text';
import type { Pacing } from '../limits/limits';
import { createCoins, createListing, createNewest } from '../queries/listing';
import { createLookUps } from '../queries/order-queries';
import { createBatches } from '../sending/batch';
import { createDepart } from '../sending/departure';
import { createSendCancel } from '../sending/send-cancel';
import { createWideCancel } from '../sending/wide-cancel';
import type { SweepPort } from '../several/sweep-port';
import type { Time } from '../time/time';
import { openWays, type Following, type Ways } from './ways';
import { whoIsAsked } from './who-is-asked';
import type { Connections } from '../wire/connections';
import type { Reply } from '../answers/reply';
import type { AskLightly } from '../wire/http';

export interface Exchange extends SweepPort {
  /** Keeps open what somebody's cancels need. @returns ends it for them */
  follow(wanted: Following): () => void;
  /** For public endpoints. */
  readonly askLightly: AskLightly;
  /** Asks what the exchange knows of the key (API section user/apikey-info). */
  readonly askKey: () => Promise<Reply | undefined>;
  /** Asks for an open order: whatever it says shows whether the key is taken. */
  readonly askOrder: () => Promise<Reply | undefined>;
  /** Asks for the exchange's time, where that may be sent at once. */
  readonly probe: (limitMs: number) => Promise<Reply | undefined>;
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
  const ways = openWays(connections, options, { time, address, signals });
  const { ask, pacing, sockets, measureClock } = ways;
  const { stream, entry } = sockets;
  const { watchers } = stream;
  const at = whoIsAsked(options, connections.proxied);
  const depart = createDepart(ask, entry, () => stampAheadMs(ways, connections, time));
  const batches = createBatches({ depart, pacing, at, time, clean: connections.clean });

  return {
    time,
    environment: options.environment,
    ...(options.name ? { account: options.name } : {}),
    transport: entry === undefined ? 'http' : 'websocket',
    watch: (request, watcher) => watchers.watch(request, watcher),
    watchAll: (listener) => watchers.watchAll(listener),
    streamUp: () => stream.up(),
    measureClock,
    send: createSendCancel({ depart, batches, pacing, at }),
    lookUp: createLookUps({ ask, pacing, measureClock }),
    cancelWide: createWideCancel({ depart, pacing, measureClock, at: at.http, time }),
    ...createLists(ways, at.http, time),
    ...createBans(pacing, at.http, time),
    ...createProbes(ways, time),
    entryUp: () => sockets.entryUp(),
    wake: (takesKey) => sockets.wake(takesKey),
    follow: ways.follow,
    close: ways.close,
    quiet: ways.quiet,
  };
}

function createBans(
  { bannedUntil, httpBannedUntil }: Pacing,
  { host }: Circumstances,
  time: Time,
): Pick<Exchange, 'ban' | 'bannedUntil' | 'httpBannedUntil'> {
  return {
    ban() {
      const until = bannedUntil();
      if (until === undefined) return undefined;
      return { until, explain: () => banText(host, until, time) };
    },
    bannedUntil,
    httpBannedUntil,
  };
}

/** @returns ms that a request's stamp is ahead of the exchange's clock, at most, as far as known */
function stampAheadMs(
  { clockBound }: Ways,
  { clock }: Connections,
  time: Time,
): number | undefined {
  const least = clockBound.leastAheadMs();
  return least === undefined ? undefined : clock.now() - time.wall() - least;
}

/** What is open, and the coins of it. */
function createLists(
  { ask, pacing, patiently, measureClock, clockBound }: Ways,
  at: Circumstances,
  time: Time,
): Pick<Exchange, 'list' | 'newest' | 'isOfCoins' | 'unknownCoin'> {
  const instruments = new Instruments(patiently(pacing.pacers.lists));
  const listing = {
    ...{ ask, pacing, instruments, measureClock, at, time },
    aheadMs: () => clockBound.aheadMs(),
  };
  return {
    list: createListing(listing),
    newest: createNewest(listing),
    ...createCoins(instruments),
  };
}

/** What is asked for beside any cancel: lists for the editor, the key's record, a sign of life. */
function createProbes(
  { ask, pacing, lightly, measureClock, closing }: Ways,
  time: Time,
): Pick<Exchange, 'askLightly' | 'askKey' | 'askOrder' | 'probe'> {
  const { light, lists } = pacing.pacers;
  const path = '/v5/market/time';
  return {
    // Apart from the clock's: an editor's lists take nothing from a cancel that needs the time.
    askLightly: lightly(lists),
    ...createAskKey({ ask, pacing, time, measureClock, signal: closing }),
    probe: (limitMs) => lightly(light)({ path, fields: {}, limitMs, signal: closing }),
  };
}
