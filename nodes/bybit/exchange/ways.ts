/**
 * The ways to the exchange: HTTP requests and the WebSockets, all under the account's pacing, and kept
 * open as long as somebody needs them.
 */
import type { AccountOptions } from '../account-options';
import type { ExchangePort } from '../cancel/exchange-port';
import { createClockBound, type ClockBound } from '../queries/clock-bound';
import type { Signals } from '../health/signals';
import type { AskPatiently } from '../queries/instruments';
import { createKeepWarm, type KeepWarm } from './keep-warm';
import type { Address } from '../limits/address';
import { createPacing, type Pacing } from '../limits/limits';
import type { Pacer } from '../limits/pacer';
import { createMeasurement } from '../queries/measure-clock';
import { askPaced, countRequests, type Requests } from './requests';
import { createSockets, type Sockets } from './sockets';
import { AbortSource, type Signal } from '../time/abort';
import type { Time } from '../time/time';
import type { Connections } from '../wire/connections';
import type { AskLightly } from '../wire/http';

export interface Following {
  /** whether cancels are to be confirmed: that takes the order stream */
  readonly confirm: boolean;
  /** whether open orders are listed, which takes HTTP */
  readonly lists?: boolean;
}

export interface Ways extends Pick<Requests, 'ask' | 'quiet'> {
  readonly pacing: Pacing;
  readonly sockets: Sockets;
  readonly clockBound: ClockBound;
  readonly measureClock: ExchangePort['measureClock'];
  /** For public endpoints: sends if a turn is free, else nothing. */
  readonly lightly: (pacer: Pacer) => AskLightly;
  /** For public endpoints: waits for a turn. */
  readonly patiently: (pacer: Pacer) => AskPatiently;
  /** aborted when they are closed */
  readonly closing: Signal;
  /** Keeps open what somebody's cancels need. @returns ends it for them */
  readonly follow: (wanted: Following) => () => void;
  readonly close: () => void;
}

export interface WaysOptions {
  readonly time: Time;
  readonly address: Address;
  readonly signals: Signals;
}

export function openWays(
  connections: Connections,
  options: AccountOptions,
  { time, address, signals }: WaysOptions,
): Ways {
  const { clock } = connections;
  const { ask, count, quiet, stop } = countRequests(connections.rest);
  const origins = { http: options.restUrl, websocket: options.streamUrl };
  const clockBound = createClockBound(time);
  const pacing = createPacing({
    ...{ time, clock, address, origins, entryUp: () => sockets.entryUp() },
    onAnswer(meaning, reply, transport, signed, cancelled) {
      clockBound.heard(reply);
      signals.answered(meaning, reply, transport, signed, cancelled);
    },
  });
  const { light } = pacing.pacers;
  const closing = new AbortSource();
  const lightly = (pacer: Pacer) => askPaced(ask, pacer, pacing.read);
  const patiently = (pacer: Pacer) =>
    askPaced(ask, pacer, pacing.read, (until) => pacer.turn(time.now(), until));
  const askForTime = patiently(light);
  const wall = () => time.wall();
  const measureClock = createMeasurement((request) => askForTime(request, closing), clock, wall);
  const remeasure = (signal: Signal) => measureClock(wall(), signal);
  const sockets = createSockets(connections, options, { time, signals, measureClock: remeasure });
  const keepWarm = createKeepWarm({ ask: lightly(light), count, clock, time });
  return {
    ...{ ask, quiet, pacing, sockets, clockBound, measureClock, lightly, patiently, closing },
    follow: followWays(sockets, keepWarm),
    close() {
      stop();
      closing.abort('closing');
      pacing.close();
      keepWarm.close();
      sockets.close();
    },
  };
}

/** HTTP is kept warm for those whose cancels, or listings, go over it. */
function followWays({ stream, entry }: Sockets, keepWarm: KeepWarm): Ways['follow'] {
  return ({ confirm, lists = false }) => {
    const endStream = confirm ? stream.follow() : undefined;
    const endWarmth = entry === undefined || lists ? keepWarm.follow() : undefined;
    return () => {
      endStream?.();
      endWarmth?.();
    };
  };
}
