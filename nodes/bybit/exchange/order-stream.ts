/**
 * The order stream (API section websocket/private/order): one socket for all who wait for orders of
 * an account. It is never on the way of a cancel: while it is down, look-ups do the work.
 */
import type { OrderRecord } from '../model';
import { OrderWatchers } from './order-watchers';
import { asRecord } from '../cancel/order-record';
import type { LiveWebSocket, SocketMessage, LiveWebSocketOptions } from '../wire/live-websocket';
import { whileWanted } from './while-wanted';
import type { Time, Timer } from '../time/time';

export interface OrderStream {
  /** who is told of orders */
  readonly watchers: Pick<OrderWatchers, 'watch' | 'watchAll'>;
  up(): boolean;
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
  const watchers = new OrderWatchers();
  let socket: LiveWebSocket | undefined;
  let up = false;

  const setUp = (now: boolean) => {
    if (up === now) return;
    up = now;
    options.onChange?.(now);
    watchers.wake();
  };
  const subscription = new Subscription(options, (message) => socket?.send(message));
  const handlers: StreamHandlers = {
    onReady: () => subscription.request(),
    onDown() {
      subscription.end();
      setUp(false);
    },
    onMessage(message) {
      if (message.op === 'subscribe') {
        setUp(message.success === true);
        subscription.answered(message);
      } else for (const record of recordsOf(message)) watchers.tell(record);
    },
  };
  const shut = () => {
    subscription.end();
    socket?.close();
    socket = undefined;
    up = false;
  };

  return {
    watchers,
    up: () => up,
    follow: whileWanted(() => (socket ??= options.open(handlers)), shut),
    wake: (takesKey) => socket?.wake(takesKey),
    close: shut,
  };
}

/** Asks for the orders, again and again where the exchange refuses them. */
class Subscription {
  private refusals = 0;
  private retry: Timer | undefined;

  constructor(
    private readonly options: Pick<OrderStreamOptions, 'time' | 'clean' | 'warn' | 'inform'>,
    private readonly send: (message: object) => void,
  ) {}

  request(): void {
    this.send({ op: 'subscribe', args: ['order'] });
  }

  answered({ success, ret_msg: text }: SocketMessage): void {
    const { time, clean, warn, inform } = this.options;
    if (success === true) {
      if (this.refusals > 0) inform?.('Bybit accepted the subscription to the order stream.');
      this.refusals = 0;
      return;
    }
    if (this.refusals === 0) warn(refusedText(typeof text === 'string' ? clean(text) : ''));
    const { first, longest } = SUBSCRIBE_AGAIN;
    const pause = Math.min(first * 2 ** Math.min(this.refusals, 10), longest);
    this.retry = time.after(pause, () => this.request());
    this.refusals += 1;
  }

  /** The socket is down, or about to be: nothing is asked for until it is up again. */
  end(): void {
    this.retry?.cancel();
  }
}

function refusedText(why: string): string {
  return `Bybit refused the subscription to the order stream (${why || 'no reason given'}). Cancels are confirmed by look-ups; the subscription is tried again.`;
}

function recordsOf(message: SocketMessage): OrderRecord[] {
  if (message.topic !== 'order' || !Array.isArray(message.data)) return [];
  return message.data.map((item) => asRecord(item)).filter((record) => record !== undefined);
}
