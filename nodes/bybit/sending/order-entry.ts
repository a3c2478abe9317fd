/**
 * The order entry (API section websocket/trade/guideline): cancels, one or a batch, over a socket
 * that is already authenticated, one for the account. A reply acknowledges the request, as over REST;
 * if the connection breaks before the reply, the result is unknown.
 */
import { readLimit, readRetMsg, type ReadAnswer } from '../answers/envelope';
import type { Fields, RestAnswer } from '../wire/http';
import type { Signal } from '../time/abort';
import { SHORTEST_DISTANCE } from '../wire/attempts';
import type { LiveWebSocket, SocketMessage, LiveWebSocketOptions } from '../wire/live-websocket';
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
  send(op: EntryOperation, fields: Fields, signal: Signal): Promise<RestAnswer> | undefined;
  /** Opens the socket now, if it is down. @param takesKey the exchange takes the key again */
  wake(takesKey: boolean): void;
  close(): void;
}

export function createOrderEntry(options: OrderEntryOptions): OrderEntry {
  const { time } = options;
  // Unique for as long as the exchange remembers, within its 36 characters.
  const prefix = `${time.wall().toString(36)}${Math.floor(time.random() * 2 ** 32).toString(36)}`;
  let count = 0;
  let openedAt = time.now();
  let renewing = false;
  let current = openLane(options, renew);
  /** lanes that are given up, and what is still to be opened: each with its timer */
  const later = new Map<Timer, () => void>();

  const soon = (ms: number, callback: () => void, onClose: () => void) => {
    const timer = time.after(ms, () => {
      later.delete(timer);
      callback();
    });
    later.set(timer, onClose);
  };

  /** Opens a new connection; the old one still brings the replies to what it has taken. */
  function renew(): void {
    // The old connection can recover and fail again while its replacement is being opened.
    if (renewing) return;
    renewing = true;
    const old = current;
    soon(LAST_ANSWERS, old.close, old.close);
    soon(
      Math.max(0, openedAt + SHORTEST_DISTANCE - time.now()),
      () => {
        renewing = false;
        openedAt = time.now();
        current = openLane(options, renew);
      },
      () => undefined,
    );
  }

  return {
    up: () => current.up(),
    send(op, fields, signal) {
      const reqId = `${prefix}-${(count += 1).toString(36)}`;
      return current.send({ reqId, op, fields }, signal);
    },
    wake: (takesKey) => current.wake(takesKey),
    close() {
      for (const [timer, onClose] of later) {
        timer.cancel();
        onClose();
      }
      later.clear();
      current.close();
    },
  };
}

interface EntryRequest {
  readonly reqId: string;
  readonly op: EntryOperation;
  readonly fields: Fields;
}

/** One connection (which comes back by itself) and the requests that wait for its replies. */
interface Lane {
  readonly up: () => boolean;
  readonly send: (request: EntryRequest, signal: Signal) => Promise<RestAnswer> | undefined;
  readonly wake: LiveWebSocket['wake'];
  readonly close: () => void;
}

function openLane(options: OrderEntryOptions, renew: () => void): Lane {
  const { time, clean, limitMs } = options;
  const window = String(options.recvWindow);
  let up = false;
  const giveUp = () => {
    if (!up) return;
    up = false;
    renew();
  };
  // Perhaps the line is dead and nobody knows yet: the next cancels don't wait for it.
  const waiting = createWaiting(time, limitMs, giveUp);
  const socket = options.open({
    onReady: () => (up = true),
    onDown() {
      up = false;
      waiting.endAll('the connection broke');
    },
    onMessage(message) {
      waiting.answer(message, clean);
      if (message.retCode === RESTARTING) giveUp();
    },
  });

  return {
    up: () => up,
    send({ reqId, op, fields }, signal) {
      const timestamp = String(options.exchangeNow());
      const header = { 'X-BAPI-TIMESTAMP': timestamp, 'X-BAPI-RECV-WINDOW': window };
      if (!up || signal.aborted) return undefined;
      const sentAt = time.wall();
      // The socket is closing, and `onDown` is still to come: the retry must not come here again.
      up = socket.send({ reqId, header, op, args: [fields] });
      if (!up) return undefined;
      return waiting.reply(reqId, sentAt, signal);
    },
    wake: (takesKey) => socket.wake(takesKey),
    close() {
      waiting.close();
      socket.close();
    },
  };
}

/** A request that waits for its reply. */
interface Pending {
  readonly reqId: string;
  /** ms, monotonic: from then on its reply is not waited for */
  readonly dueAt: number;
  readonly settle: (answer: ReadAnswer) => void;
}

interface Waiting {
  /** Resolves with the reply, or with the failure that ends the wait for it. */
  reply(reqId: string, sentAt: number, signal: Signal): Promise<RestAnswer>;
  answer(message: SocketMessage, clean: (text: string) => string): void;
  endAll(reason: string): void;
  close(): void;
}

/** @param onOverdue called when replies did not come in time */
function createWaiting(time: Time, limitMs: number, onOverdue: () => void): Waiting {
  // In the order of sending. Replies come nearly in the same order, so a search stops early.
  const waiting: Pending[] = [];
  /** One for all: most requests have their reply long before it is due. */
  let timer: Timer | undefined;
  const endOverdue = () => {
    timer = undefined;
    const now = time.now();
    const overdue = waiting.filter(({ dueAt }) => dueAt <= now);
    for (const { settle } of overdue) settle(unanswered(LATE));
    if (overdue.length > 0) onOverdue();
    const [oldest] = waiting;
    if (oldest !== undefined) timer = time.after(oldest.dueAt - now, endOverdue);
  };
  return {
    reply: (reqId, sentAt, signal) =>
      new Promise((resolve) => {
        const settle = (answer: ReadAnswer) => {
          const place = waiting.indexOf(pending);
          if (place < 0) return;
          waiting.splice(place, 1);
          signal.removeEventListener('abort', onAbort);
          const { wire, result, retExtInfo, serverTime, rateLimit } = answer;
          const receivedAt = time.wall();
          resolve({ wire, result, retExtInfo, serverTime, rateLimit, sentAt, receivedAt });
        };
        const onAbort = () => settle(unanswered(LATE));
        const pending = { reqId, dueAt: time.now() + limitMs, settle };
        waiting.push(pending);
        signal.addEventListener('abort', onAbort, { once: true });
        timer ??= time.after(limitMs, endOverdue);
      }),
    answer(message, clean) {
      const answered = waiting.find(({ reqId }) => reqId === message.reqId);
      answered?.settle(readReply(message, clean));
    },
    endAll(reason) {
      for (const { settle } of [...waiting]) settle(unanswered(reason));
    },
    close: () => timer?.cancel(),
  };
}

const LATE = 'no answer came in time';

function unanswered(reason: string): ReadAnswer {
  return { wire: { kind: 'failure', sent: true, reason } };
}

function readReply(message: SocketMessage, clean: (text: string) => string): ReadAnswer {
  const { retCode, retMsg, data, retExtInfo, header } = message;
  if (typeof retCode !== 'number') return unanswered('the reply could not be read');
  const headers = (header ?? {}) as Readonly<Record<string, unknown>>;
  const rateLimit = readLimit((name) => headers[name]);
  const time = Number(headers.Timenow);
  const serverTime = Number.isFinite(time) && time > 0 ? time : undefined;
  const wire = { kind: 'reply', retCode, retMsg: readRetMsg(retMsg, clean) } as const;
  return { wire, result: data, retExtInfo, serverTime, rateLimit };
}
