/**
 * The order stream (API section websocket/private/order): one socket for all who wait for orders of
 * an account. It is never on the way of a cancel: while it is down, look-ups do the work.
 */
import type { CancelRequest, OrderRecord } from '../model';
import type { Watcher } from '../cancel/exchange-port';
import { asRecord } from '../cancel/order-record';
import type { LiveWebSocket, SocketMessage, LiveWebSocketOptions } from '../wire/live-websocket';
import type { Time, Timer } from '../time/time';

export interface OrderStream {
  up(): boolean;
  /** Tells a watcher of its order. @returns ends the watch */
  watch(request: CancelRequest, watcher: Watcher): () => void;
  /** Tells of every order. @returns ends it */
  watchAll(listener: (record: OrderRecord) => void): () => void;
  /** Keeps the socket open while somebody follows. @returns ends this following */
  follow(): () => void;
  /** Opens the socket now, if it is down and wanted. @param takesKey the exchange takes the key again */
  wake(takesKey: boolean): void;
  close(): void;
}

export type StreamHandlers = Pick<LiveWebSocketOptions, 'onReady' | 'onMessage' | 'onDown'>;

export interface OrderStreamOptions {
  readonly open: (handlers: StreamHandlers) => LiveWebSocket;
  readonly time: Time;
  readonly clean: (text: string) => string;
  readonly warn: (text: string) => void;
  /** Told that a subscription that was warned of stands again. */
  readonly inform?: (text: string) => void;
  readonly onChange?: (up: boolean) => void;
}

/** ms before a refused subscription is tried again; twice as long each time */
const SUBSCRIBE_AGAIN = { first: 5000, longest: 300_000 };

export function createOrderStream(options: OrderStreamOptions): OrderStream {
  const { open, time, clean, warn } = options;
  const watchers = new Map<string, Set<Watcher>>();
  const listeners = new Set<(record: OrderRecord) => void>();
  let socket: LiveWebSocket | undefined;
  let up = false;
  let followers = 0;
  let refusals = 0;
  let retry: Timer | undefined;

  const nudgeAll = () => {
    for (const group of watchers.values()) for (const watcher of group) watcher.wake();
  };
  const setUp = (now: boolean) => {
    if (up === now) return;
    up = now;
    options.onChange?.(now);
    nudgeAll();
  };
  const tell = (record: OrderRecord) => {
    for (const listener of listeners) listener(record);
    for (const key of [idKey(record.orderId), linkKey(record.orderLinkId)]) {
      for (const watcher of [...(watchers.get(key) ?? [])]) watcher.record(record);
    }
  };
  const subscribe = () => void socket?.send({ op: 'subscribe', args: ['order'] });
  const answered = ({ success, ret_msg: text }: SocketMessage) => {
    setUp(success === true);
    if (success === true) {
      if (refusals > 0) options.inform?.('Bybit accepted the subscription to the order stream.');
      refusals = 0;
      return;
    }
    if (refusals === 0) warn(refusedText(typeof text === 'string' ? clean(text) : ''));
    const { first, longest } = SUBSCRIBE_AGAIN;
    retry = time.after(Math.min(first * 2 ** Math.min(refusals, 10), longest), subscribe);
    refusals += 1;
  };
  const handlers: StreamHandlers = {
    onReady: subscribe,
    onDown() {
      retry?.cancel();
      setUp(false);
    },
    onMessage: (message) => {
      if (message.op === 'subscribe') answered(message);
      else for (const record of recordsOf(message)) tell(record);
    },
  };
  const shut = () => {
    retry?.cancel();
    socket?.close();
    socket = undefined;
    up = false;
  };

  return {
    up: () => up,
    watch(request, watcher) {
      const key =
        request.orderId === undefined ? linkKey(request.orderLinkId ?? '') : idKey(request.orderId);
      const group = watchers.get(key) ?? new Set();
      watchers.set(key, group.add(watcher));
      return () => {
        group.delete(watcher);
        if (group.size === 0 && watchers.get(key) === group) watchers.delete(key);
      };
    },
    watchAll(listener) {
      const told = (record: OrderRecord) => listener(record);
      listeners.add(told);
      return () => listeners.delete(told);
    },
    follow() {
      followers += 1;
      socket ??= open(handlers);
      let following = true;
      return () => {
        if (!following) return;
        following = false;
        followers -= 1;
        if (followers === 0) shut();
      };
    },
    wake: (takesKey) => socket?.wake(takesKey),
    close: shut,
  };
}

function refusedText(why: string): string {
  return `Bybit refused the subscription to the order stream (${why || 'no reason given'}). Cancels are confirmed by look-ups; the subscription is tried again.`;
}

const idKey = (orderId: string) => `id ${orderId}`;
const linkKey = (orderLinkId: string) => `link ${orderLinkId}`;

function recordsOf(message: SocketMessage): OrderRecord[] {
  if (message.topic !== 'order' || !Array.isArray(message.data)) return [];
  return message.data.map((item) => asRecord(item)).filter((record) => record !== undefined);
}
