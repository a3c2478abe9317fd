/**
 * One message's case: what is known of it so far, the signals that end its waits and its requests,
 * and its watch on the order stream. It gathers; the rules in cancel.ts decide.
 */
import type { CancelRequest, OrderRecord, OutcomeCode, RateLimit, Transport } from './outcome';
import type { Answer, Ports } from './ports';
import { endingOf } from './records';
import { sleep } from './time';

/** ms that requests under way have left after the node was closed */
const CLOSING_GRACE = 4000;
/** Events of an order that is known by its own id alone, kept until its orderId is known. */
const MOST_HELD = 16;

export interface CaseOptions {
  readonly confirm: boolean;
  /** ms left to the deadline */
  readonly remainingMs: number;
  /** ms since the message's arrival */
  readonly elapsedMs: number;
  /** ms since the epoch: the message's arrival */
  readonly startedAt: number;
  /** rank in the queue; smaller goes first */
  readonly seniority: number;
  /** aborted when the node closes */
  readonly closing?: AbortSignal;
}

/** The final record, and whether a send of this message can have brought it about. */
export interface Settlement {
  readonly record: OrderRecord;
  readonly by: 'stream' | 'query';
  readonly ours: boolean;
}

export interface Decision {
  readonly code: OutcomeCode;
  /** more about it, from the records */
  readonly detail?: string;
}

export interface Case {
  readonly request: CancelRequest;
  readonly options: CaseOptions;
  readonly ports: Ports;
  readonly seniority: number;
  /** ends requests: at the deadline, or some seconds after the node closed */
  readonly wire: AbortSignal;
  readonly whenSettled: Promise<void>;
  attempts: number;
  /** a send was acknowledged, or its answer is not known */
  mayHaveWorked: boolean;
  ackAfterMs?: number;
  lastAnswer?: Answer;
  lastOpen?: OrderRecord;
  settled?: Settlement;
  decision?: Decision;
  /** what stood in the way when nothing was sent last */
  obstacle?: 'queue' | 'rate' | 'transient';
  rateLimit?: RateLimit;
  transport: Transport;
  /** nothing more is to be done: settled, decided, out of time or closing */
  over(): boolean;
  /** the node closed, and requests under way may still be answered */
  closing(): boolean;
  /** ms since the case was opened */
  elapsed(): number;
  /** ms to the deadline */
  remaining(): number;
  streamUp(): boolean;
  /** whether a request of this message may have taken effect, the one under way included */
  canBeOurs(): boolean;
  first(what: string): boolean;
  decide(code: OutcomeCode, detail?: string): 'stop';
  /** waits, unless the case is over or the stream has news of itself */
  pause(ms: number): Promise<void>;
  /** @returns the answer, or `undefined` when nothing could be sent any more */
  send(): Promise<Answer | undefined>;
  /** takes a record in; @returns whether it is final */
  see(record: OrderRecord, by: 'stream' | 'query'): boolean;
  /** releases timers and listeners */
  close(): void;
}

export function openCase(request: CancelRequest, options: CaseOptions, ports: Ports): Case {
  const waits = new AbortController();
  const wire = new AbortController();
  const ends = endsOf(options, ports, waits, wire);
  const startMs = ports.time.now();
  const done = new Set<string>();
  let settle: () => void = () => undefined;
  let underway = false;
  let nudge = new AbortController();

  const c: Case = {
    request,
    options,
    ports,
    seniority: options.seniority,
    wire: wire.signal,
    whenSettled: new Promise((resolve) => (settle = resolve)),
    attempts: 0,
    mayHaveWorked: false,
    transport: ports.transport,
    over: () => waits.signal.aborted || c.decision !== undefined,
    closing: () => ends.closing(),
    elapsed: () => ports.time.now() - startMs,
    remaining: () => Math.max(0, options.remainingMs - c.elapsed()),
    streamUp: () => options.confirm && ports.streamUp(),
    canBeOurs: () => c.mayHaveWorked || underway,
    first(what) {
      const isFirst = !done.has(what);
      done.add(what);
      return isFirst;
    },
    decide(code, detail) {
      c.decision = { code, ...(detail === undefined ? {} : { detail }) };
      return 'stop';
    },
    async pause(ms) {
      waits.signal.addEventListener('abort', wake, { once: true });
      if (!waits.signal.aborted) await sleep(ports.time, ms, nudge.signal);
      waits.signal.removeEventListener('abort', wake);
      nudge = new AbortController();
    },
    async send() {
      const answer = await ports.send(request, {
        seniority: options.seniority,
        waits: waits.signal,
        wire: wire.signal,
        onStart: () => {
          c.attempts += 1;
          underway = true;
        },
      });
      underway = false;
      if (answer.meaning === undefined) {
        c.obstacle ??= 'queue';
        return undefined;
      }
      note(c, answer);
      held.release(answer.orderId);
      return answer;
    },
    see(record, by) {
      if (endingOf(record) === undefined) {
        c.lastOpen = record;
        return false;
      }
      c.settled ??= { record, by, ours: c.canBeOurs() };
      waits.abort();
      settle();
      return true;
    },
    close() {
      ends.release();
      unwatch();
    },
  };
  const wake = () => nudge.abort();
  const held = holdBack(c);
  const unwatch = options.confirm
    ? ports.watch(request, { record: held.take, nudge: wake })
    : () => undefined;
  return c;
}

/** Writes an answer into the case. */
function note(c: Case, answer: Answer): void {
  // A request that the deadline cut off says less than the answer before it.
  if (!c.wire.aborted || c.lastAnswer === undefined) c.lastAnswer = answer;
  c.transport = answer.transport;
  if (answer.rateLimit !== undefined) c.rateLimit = answer.rateLimit;
  if (answer.meaning === 'accepted') c.ackAfterMs ??= c.elapsed();
  if (answer.meaning === 'accepted' || answer.meaning === 'unknown') c.mayHaveWorked = true;
  if (answer.meaning === 'rate' || answer.meaning === 'transient') c.obstacle = answer.meaning;
}

/**
 * An own id may have been used before, and the stream may still tell of the order that had it then.
 * So its events count only once the acknowledgement has told which order it is.
 */
function holdBack(c: Case): {
  take: (record: OrderRecord) => void;
  release: (orderId: string | undefined) => void;
} {
  let orderId = c.request.orderId;
  let held: OrderRecord[] = [];
  return {
    take(record) {
      if (orderId === undefined) held = [...held, record].slice(-MOST_HELD);
      else if (record.orderId === orderId) c.see(record, 'stream');
    },
    release(known) {
      if (orderId !== undefined || known === undefined || known === '') return;
      orderId = known;
      for (const record of held) if (record.orderId === known) c.see(record, 'stream');
      held = [];
    },
  };
}

/** The deadline and the node's close, as the two signals see them. */
function endsOf(
  options: CaseOptions,
  ports: Ports,
  waits: AbortController,
  wire: AbortController,
): { closing: () => boolean; release: () => void } {
  let closing = false;
  const late = () => {
    waits.abort('late');
    wire.abort('late');
  };
  const deadline = ports.time.after(options.remainingMs, late);
  let grace = deadline;
  const onClosing = () => {
    closing = true;
    waits.abort('closing');
    grace = ports.time.after(CLOSING_GRACE, () => wire.abort('closing'));
  };
  options.closing?.addEventListener('abort', onClosing, { once: true });
  if (options.closing?.aborted) onClosing();
  return {
    closing: () => closing,
    release() {
      deadline.cancel();
      grace.cancel();
      options.closing?.removeEventListener('abort', onClosing);
    },
  };
}
