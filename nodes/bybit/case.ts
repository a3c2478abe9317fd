/**
 * One message's case: what is known of it so far, the signals that end its waits and its requests,
 * and its watch on the order stream. It gathers; the rules in cancel.ts decide.
 */
import { endsOf } from './case-signals';
import { holdEvents } from './held-events';
import type { CancelRequest, OrderRecord, OutcomeCode, RateLimit, Transport } from './outcome';
import type { Answer, LookUpAnswer, LookUpScope, Ports } from './ports';
import { endingOf } from './records';
import { Ending, type Signal } from './signal';
import { sleep } from './time';

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
  readonly closing?: Signal;
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
  /** the same, by orderId once an acknowledgement has told it: that order and no other is meant */
  followed: CancelRequest;
  readonly options: CaseOptions;
  readonly ports: Ports;
  /** ends requests: at the deadline, or some seconds after the node closed */
  readonly wire: Signal;
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
  obstacle?: 'queue' | 'unanswered' | 'rate' | 'transient';
  /** a record was asked for */
  lookedUp: boolean;
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
  lookUp(scope: LookUpScope): Promise<LookUpAnswer>;
  /** takes a record in; @returns whether it is final */
  see(record: OrderRecord, by: 'stream' | 'query'): boolean;
  /** releases timers and listeners */
  close(): void;
}

export function openCase(request: CancelRequest, options: CaseOptions, ports: Ports): Case {
  const waits = new Ending();
  const wire = new Ending();
  const looks = new Ending();
  wire.addEventListener('abort', () => looks.abort());
  const ends = endsOf(options, ports.time, waits, wire);
  const startMs = ports.time.now();
  const done: string[] = [];
  let settle: () => void = () => undefined;
  let underway = false;
  let nudge = new Ending();

  const c: Case = {
    request,
    followed: request,
    options,
    ports,
    lookedUp: false,
    wire,
    whenSettled: new Promise((resolve) => (settle = resolve)),
    attempts: 0,
    mayHaveWorked: false,
    transport: ports.transport,
    over: () => waits.aborted || c.decision !== undefined,
    closing: () => ends.closing(),
    elapsed: () => ports.time.now() - startMs,
    remaining: () => Math.max(0, options.remainingMs - c.elapsed()),
    streamUp: () => options.confirm && ports.streamUp(),
    canBeOurs: () => c.mayHaveWorked || underway,
    first(what) {
      const isFirst = !done.includes(what);
      done.push(what);
      return isFirst;
    },
    decide(code, detail) {
      c.decision = { code, ...(detail === undefined ? {} : { detail }) };
      return 'stop';
    },
    async pause(ms) {
      waits.addEventListener('abort', wake);
      if (!waits.aborted) await sleep(ports.time, ms, nudge);
      waits.removeEventListener('abort', wake);
      nudge = new Ending();
    },
    async send() {
      const answer = await ports.send(c.followed, {
        seniority: options.seniority,
        waits,
        wire,
        onStart: () => (c.attempts += 1),
        onSent: () => (underway = true),
      });
      underway = false;
      if (answer.meaning === undefined) {
        c.obstacle ??= answer.why === 'unanswered' ? 'unanswered' : 'queue';
        return undefined;
      }
      note(c, answer);
      held.release(answer.orderId);
      return answer;
    },
    lookUp(scope) {
      c.lookedUp = true;
      const { seniority } = options;
      return ports.lookUp(c.followed, scope, { seniority, waits: looks, wire });
    },
    see(record, by) {
      if (endingOf(record) === undefined) {
        c.lastOpen = record;
        return false;
      }
      c.settled ??= { record, by, ours: c.canBeOurs() };
      waits.abort();
      // A look-up that still waits for its turn must not go out when all is over.
      looks.abort();
      settle();
      return true;
    },
    close() {
      ends.release();
      unwatch();
    },
  };
  const wake = () => nudge.abort();
  const held = holdEvents(request.orderId, (record) => c.see(record, 'stream'));
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
  if (answer.meaning === 'accepted') {
    c.ackAfterMs ??= c.elapsed();
    c.followed = following(c.followed, answer);
  }
  if (answer.meaning === 'accepted' || answer.meaning === 'unknown') c.mayHaveWorked = true;
  if (answer.meaning === 'rate' || answer.meaning === 'transient') c.obstacle = answer.meaning;
}

/** The first acknowledgement tells which order was meant. */
function following(request: CancelRequest, { orderId }: Answer): CancelRequest {
  if (request.orderId !== undefined || orderId === undefined || orderId === '') return request;
  const { category, symbol, ...others } = request;
  return { category, symbol, orderId, ...others };
}
