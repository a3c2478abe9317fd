/**
 * The WebSockets of one account: the order stream, and the order entry where cancels go over it. The
 * account's health hears whether each is up, and whether it let the key in.
 */
import { createOrderStream, type OrderStream, type StreamHandlers } from './order-stream';
import { CANCEL_LIMIT } from '../sending/departure';
import { createOrderEntry, type OrderEntry } from '../sending/order-entry';
import type { AccountOptions } from '../account-options';
import type { Signals } from '../health/signals';
import type { Signal } from '../time/abort';
import type { Time } from '../time/time';
import type { Connections } from '../wire/connections';

const STREAM = {
  path: '/v5/private',
  name: 'order stream',
  instead: 'Cancels are confirmed by look-ups',
};
const ENTRY = { path: '/v5/trade', name: 'order entry', instead: 'Cancels are sent over HTTP' };

export interface Sockets {
  readonly stream: OrderStream;
  /** missing where cancels go over HTTP alone */
  readonly entry: OrderEntry | undefined;
  readonly entryUp: () => boolean;
  /** Opens now what is down and wanted. @param takesKey the exchange takes the key again */
  wake(takesKey: boolean): void;
  close(): void;
}

export interface SocketsOptions {
  readonly time: Time;
  readonly measureClock: (signal: Signal) => Promise<void>;
  readonly signals: Signals;
}

export function createSockets(
  connections: Connections,
  { transport, recvWindow, warn, inform }: AccountOptions,
  { time, measureClock, signals }: SocketsOptions,
): Sockets {
  const { clock, clean } = connections;
  const stream = createOrderStream({
    open: (handlers) =>
      connections.open({ ...admission(handlers, signals), ...STREAM, measureClock }),
    ...{ time, clean, warn },
    ...(inform ? { inform } : {}),
    onChange: signals.stream,
  });
  const entryUp = () => entry?.up() ?? false;
  const told = () => signals.entry(entryUp());
  const openEntry = () =>
    createOrderEntry({
      open: (handlers) =>
        connections.open({ ...admission(handlers, signals, told), ...ENTRY, measureClock }),
      ...{ recvWindow, time, clean },
      limitMs: CANCEL_LIMIT,
      exchangeNow: () => clock.now(),
    });
  const entry = transport === 'websocket' ? openEntry() : undefined;
  return {
    ...{ stream, entry, entryUp },
    wake(takesKey) {
      stream.wake(takesKey);
      entry?.wake(takesKey);
    },
    close() {
      stream.close();
      entry?.close();
    },
  };
}

/** @param changed called after the socket came up or went down */
function admission(
  handlers: StreamHandlers,
  signals: Signals,
  changed: () => void = () => undefined,
): StreamHandlers & { readonly onRefused: () => void } {
  return {
    ...handlers,
    onReady() {
      handlers.onReady();
      signals.admitted(true);
      changed();
    },
    onDown() {
      handlers.onDown();
      changed();
    },
    onRefused: () => signals.admitted(false),
  };
}
