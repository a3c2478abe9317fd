/**
 * The order entry (API section websocket/trade/guideline): cancels, one or a batch, over a socket
 * that is already authenticated, one for the account. A reply acknowledges the request, as over REST;
 * if the connection breaks before the reply, the result is unknown.
 */
import type { Reply } from '../answers/reply';
import type { Fields } from '../wire/http';
import type { Signal } from '../time/abort';
import { EntryReplies } from './entry-replies';
import { SHORTEST_DISTANCE } from '../wire/attempts';
import type { LiveWebSocket, LiveWebSocketOptions } from '../wire/live-websocket';
import type { Time, Timer } from '../time/time';

/** 10019: this server is restarting and takes no requests; a new connection reaches another. */
const RESTARTING = 10019;
/** ms that the requests under way have left on a connection that is given up */
const LAST_ANSWERS = 5000;

export type EntryOperation = 'order.cancel' | 'order.cancel-batch';

export type EntryHandlers = Pick<LiveWebSocketOptions, 'onReady' | 'onMessage' | 'onDown'>;

export interface OrderEntryOptions {
  readonly open: (handlers: EntryHandlers) => LiveWebSocket;
  readonly recvWindow: number;
  /** ms for request and reply */
  readonly limitMs: number;
  /** ms since the epoch, the exchange's clock */
  readonly exchangeNow: () => number;
  readonly time: Time;
  readonly clean: (text: string) => string;
}

export interface OrderEntry {
  /** Whether a cancel can go over it now. */
  up(): boolean;
  /**
   * Sends a request, if the socket is up.
   * @returns `undefined` when it is down: nothing was sent
   */
  send(op: EntryOperation, fields: Fields, signal: Signal): Promise<Reply> | undefined;
  /** Opens the socket now, if it is down. @param takesKey the exchange takes the key again */
  wake(takesKey: boolean): void;
  close(): void;
}

export function createOrderEntry(options: OrderEntryOptions): OrderEntry {
  return new RenewedOrderEntry(options);
}

/** One lane at a time carries what is sent; another is opened where it can't be relied on any more. */
class RenewedOrderEntry implements OrderEntry {
  /** Unique for as long as the exchange remembers, within its 36 characters. */
  private readonly prefix: string;
  private count = 0;
  private openedAt: number;
  private renewing = false;
  private current: Lane;
  /** lanes that are given up, and what is still to be opened: each with its timer */
  private readonly later = new Map<Timer, () => void>();

  constructor(private readonly options: OrderEntryOptions) {
    const { time } = options;
    const chance = Math.floor(time.random() * 2 ** 32);
    this.prefix = `${time.wall().toString(36)}${chance.toString(36)}`;
    this.openedAt = time.now();
    this.current = openLane(options, this.renew);
  }

  up(): boolean {
    return this.current.up();
  }

  send(op: EntryOperation, fields: Fields, signal: Signal): Promise<Reply> | undefined {
    const reqId = `${this.prefix}-${(this.count += 1).toString(36)}`;
    return this.current.send({ reqId, op, fields }, signal);
  }

  wake(takesKey: boolean): void {
    this.current.wake(takesKey);
  }

  close(): void {
    for (const [timer, onClose] of this.later) {
      timer.cancel();
      onClose();
    }
    this.later.clear();
    this.current.close();
  }

  /** Opens a new connection; the old one still brings the replies to what it has taken. */
  private readonly renew = (): void => {
    // The old connection can recover and fail again while its replacement is being opened.
    if (this.renewing) return;
    this.renewing = true;
    const old = this.current;
    this.soon(LAST_ANSWERS, old.close, old.close);
    const wait = Math.max(0, this.openedAt + SHORTEST_DISTANCE - this.options.time.now());
    this.soon(wait, this.openAnother, () => undefined);
  };

  private readonly openAnother = (): void => {
    this.renewing = false;
    this.openedAt = this.options.time.now();
    this.current = openLane(this.options, this.renew);
  };

  private soon(ms: number, callback: () => void, onClose: () => void): void {
    const timer = this.options.time.after(ms, () => {
      this.later.delete(timer);
      callback();
    });
    this.later.set(timer, onClose);
  }
}

interface EntryRequest {
  readonly reqId: string;
  readonly op: EntryOperation;
  readonly fields: Fields;
}

/** One connection (which comes back by itself) and the requests that wait for its replies. */
interface Lane {
  readonly up: () => boolean;
  readonly send: (request: EntryRequest, signal: Signal) => Promise<Reply> | undefined;
  readonly wake: LiveWebSocket['wake'];
  readonly close: () => void;
}

function openLane(options: OrderEntryOptions, renew: () => void): Lane {
  const { time, clean, limitMs } = options;
  const header = headerMaker(options);
  let up = false;
  const giveUp = () => {
    if (!up) return;
    up = false;
    renew();
  };
  // Overdue: perhaps the line is dead and nobody knows yet. The next cancels don't wait for it.
  const replies = new EntryReplies({ time, limitMs, clean, onOverdue: giveUp });
  const socket = options.open({
    onReady: () => (up = true),
    onDown() {
      up = false;
      replies.endAll('the connection broke');
    },
    onMessage(message) {
      replies.answer(message);
      if (message.retCode === RESTARTING) giveUp();
    },
  });

  return {
    up: () => up,
    send({ reqId, op, fields }, signal) {
      if (!up || signal.aborted) return undefined;
      const sentAt = time.wall();
      // The socket is closing, and `onDown` is still to come: the retry must not come here again.
      up = socket.send({ reqId, header: header(), op, args: [fields] });
      if (!up) return undefined;
      return replies.reply(reqId, sentAt, signal);
    },
    wake: (takesKey) => socket.wake(takesKey),
    close() {
      replies.close();
      socket.close();
    },
  };
}

function headerMaker({ recvWindow, exchangeNow }: OrderEntryOptions): () => object {
  const window = String(recvWindow);
  return () => ({ 'X-BAPI-TIMESTAMP': String(exchangeNow()), 'X-BAPI-RECV-WINDOW': window });
}
