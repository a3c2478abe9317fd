/**
 * The requests over the order entry that wait for their replies. Each ends with its reply, or with what
 * ends the wait for it: then its result is unknown.
 */
import {
  AS_DOCUMENTED,
  readLimit,
  readRetMsg,
  wholeNumber,
  type Reply,
  type Times,
} from '../answers/reply';
import type { Signal } from '../time/abort';
import type { Time, Timer } from '../time/time';
import type { SocketMessage } from '../wire/live-websocket';

/** A request that waits for its reply. */
interface Pending {
  readonly reqId: string;
  /** ms, monotonic: from then on its reply is not waited for */
  readonly dueAt: number;
  /** ms, this machine's clock */
  readonly sentAt: number;
  readonly end: (reply: Reply) => void;
}

export interface EntryRepliesOptions {
  readonly time: Time;
  /** ms for request and reply */
  readonly limitMs: number;
  readonly clean: (text: string) => string;
  /** called when replies did not come in time */
  readonly onOverdue: () => void;
}

export class EntryReplies {
  // In the order of sending. Replies come nearly in the same order, so a search stops early.
  private readonly waiting: Pending[] = [];
  /** One for all: most requests have their reply long before it is due. */
  private timer: Timer | undefined;

  constructor(private readonly options: EntryRepliesOptions) {}

  /** Resolves with the reply, or with the failure that ends the wait for it. */
  reply(reqId: string, sentAt: number, signal: Signal): Promise<Reply> {
    const { time, limitMs } = this.options;
    const { waiting } = this;
    return new Promise((resolve) => {
      const end = (reply: Reply) => {
        const place = waiting.indexOf(pending);
        if (place < 0) return;
        waiting.splice(place, 1);
        signal.removeEventListener('abort', onAbort);
        resolve(reply);
      };
      const onAbort = () => this.giveUp(pending, LATE);
      const pending = { reqId, sentAt, dueAt: time.now() + limitMs, end };
      waiting.push(pending);
      signal.addEventListener('abort', onAbort, { once: true });
      this.timer ??= time.after(limitMs, this.endOverdue);
    });
  }

  answer(message: SocketMessage): void {
    const answered = this.waiting.find(({ reqId }) => reqId === message.reqId);
    if (answered === undefined) return;
    const times = { sentAt: answered.sentAt, receivedAt: this.options.time.wall() };
    answered.end(readEntryReply(message, times, this.options.clean));
  }

  endAll(reason: string): void {
    for (const pending of [...this.waiting]) this.giveUp(pending, reason);
  }

  close(): void {
    this.timer?.cancel();
  }

  private giveUp({ sentAt, end }: Pending, reason: string): void {
    end(unanswered(reason, { sentAt, receivedAt: this.options.time.wall() }));
  }

  private readonly endOverdue = (): void => {
    const { time, onOverdue } = this.options;
    this.timer = undefined;
    const now = time.now();
    const overdue = this.waiting.filter(({ dueAt }) => dueAt <= now);
    for (const pending of overdue) this.giveUp(pending, LATE);
    if (overdue.length > 0) onOverdue();
    const [oldest] = this.waiting;
    if (oldest !== undefined) this.timer = time.after(oldest.dueAt - now, this.endOverdue);
  };
}

const LATE = 'no answer came in time';

function unanswered(reason: string, { sentAt, receivedAt }: Times): Reply {
  return { wire: { kind: 'failure', sent: true, reason }, sentAt, receivedAt };
}

function readEntryReply(
  message: SocketMessage,
  { sentAt, receivedAt }: Times,
  clean: (text: string) => string,
): Reply {
  const { retCode, retMsg, data, retExtInfo, header } = message;
  if (typeof retCode !== 'number') {
    return unanswered('the reply could not be read', { sentAt, receivedAt });
  }
  const headers = (header ?? {}) as Readonly<Record<string, unknown>>;
  const rateLimit = readLimit(headers, AS_DOCUMENTED);
  const serverTime = timeOf(headers.Timenow);
  const wire = { kind: 'reply', retCode, retMsg: readRetMsg(retMsg, clean) } as const;
  return { wire, result: data, retExtInfo, serverTime, rateLimit, sentAt, receivedAt };
}

/** @returns ms since the epoch */
function timeOf(stamp: unknown): number | undefined {
  const time = typeof stamp === 'number' ? stamp : wholeNumber(stamp);
  return time !== undefined && time > 0 && Number.isFinite(time) ? time : undefined;
}
