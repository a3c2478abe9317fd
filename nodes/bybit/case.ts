/**
 * One message's case: what is known of it so far, the signals that end its waits and its requests,
 * and its watch on the order stream. It gathers; the rules in cancel.ts decide.
 */
import { Ends, type Limits } from './case-signals';
import { holdEvents, type HeldEvents } from './held-events';
import type { CancelRequest, OrderRecord, OutcomeCode, RateLimit, Transport } from './outcome';
import type { Answer, LookUpAnswer, LookUpScope, NotSent, Ports } from './ports';
import { endingOf } from './records';
import type { Meaning } from './ret-codes';
import { Ending, type Signal } from './signal';
import { sleep } from './time';

export interface CaseOptions extends Limits {
  readonly confirm: boolean;
  /** ms since the message's arrival */
  readonly elapsedMs: number;
  /** ms since the epoch: the message's arrival */
  readonly startedAt: number;
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

/** Refused before it was looked at. */
const KEEPS_ITS_PLACE: ReadonlySet<Meaning> = new Set(['rate', 'clock']);

export class Case {
  /** the request, by orderId once an acknowledgement has told it: that order and no other is meant */
  followed: CancelRequest;
  attempts = 0;
  /** ms from the opening of the case to the start of the last send */
  sentAfterMs = 0;
  /** a send was acknowledged, or its answer is not known */
  mayHaveWorked = false;
  /** ms from the opening of the case to the first acknowledgement */
  ackAfterMs: number | undefined;
  lastAnswer: Answer | undefined;
  lastOpen: OrderRecord | undefined;
  settled: Settlement | undefined;
  decision: Decision | undefined;
  /** what stood in the way when nothing was sent last */
  obstacle: 'queue' | 'unanswered' | 'rate' | 'transient' | undefined;
  /** a record was asked for */
  lookedUp = false;
  rateLimit: RateLimit | undefined;
  transport: Transport;
  /** resolves when a final record settles it; missing without confirm */
  readonly whenSettled: Promise<void> | undefined;

  private readonly ends: Ends;
  private readonly startMs: number;
  private readonly done: string[] = [];
  private readonly held: HeldEvents | undefined;
  private readonly unwatch: (() => void) | undefined;
  private settle: (() => void) | undefined;
  private underway = false;
  /** since when it waits in line for its next request */
  private seniority: number;
  private nudge: Ending | undefined;
  private looks: Ending | undefined;

  constructor(
    readonly request: CancelRequest,
    readonly options: CaseOptions,
    readonly ports: Ports,
  ) {
    this.followed = request;
    this.transport = ports.transport;
    this.ends = new Ends(options, ports.time);
    this.startMs = ports.time.now();
    this.seniority = this.startMs;
    if (!options.confirm) return;
    this.whenSettled = new Promise((resolve) => (this.settle = resolve));
    this.held = holdEvents(request.orderId, (record) => this.see(record, 'stream'));
    const nudge = () => this.nextNudge().abort();
    this.unwatch = ports.watch(request, { record: this.held.take, nudge });
  }

  /** ends requests: at the deadline, or some seconds after the node closed */
  get wire(): Signal {
    return this.ends.wire;
  }

  /** the node closed, and requests under way may still be answered */
  get closing(): boolean {
    return this.ends.closing;
  }

  /** Whether nothing more is to be done: settled, decided, out of time or closing. */
  over(): boolean {
    return this.ends.waits.aborted || this.decision !== undefined;
  }

  /** @returns ms since the case was opened */
  elapsed(): number {
    return this.ports.time.now() - this.startMs;
  }

  /** @returns ms to the deadline */
  remaining(): number {
    return Math.max(0, this.options.remainingMs - this.elapsed());
  }

  streamUp(): boolean {
    return this.options.confirm && this.ports.streamUp();
  }

  /** @returns whether this is asked of the case for the first time */
  first(what: string): boolean {
    const isFirst = !this.done.includes(what);
    this.done.push(what);
    return isFirst;
  }

  decide(code: OutcomeCode, detail?: string): 'stop' {
    this.decision = { code, ...(detail === undefined ? {} : { detail }) };
    return 'stop';
  }

  /** Waits, unless the case is over or the stream has news of itself. */
  async pause(ms: number): Promise<void> {
    const { waits } = this.ends;
    const nudge = this.nextNudge();
    const wake = () => nudge.abort();
    waits.addEventListener('abort', wake);
    if (!waits.aborted) await sleep(this.ports.time, ms, nudge);
    waits.removeEventListener('abort', wake);
    this.nudge = undefined;
  }

  /** The answer is for `take`. */
  send(): Promise<Answer | NotSent> {
    const { waits, wire } = this.ends;
    return this.ports.send(this.followed, {
      seniority: this.seniority,
      waits,
      wire,
      onStart: () => {
        this.attempts += 1;
        this.sentAfterMs = this.elapsed();
      },
      onSent: () => (this.underway = true),
    });
  }

  /** Takes in what came of a send. @returns `undefined` when nothing could be sent any more */
  take(answer: Answer | NotSent): Answer | undefined {
    this.underway = false;
    if (answer.meaning === undefined) {
      this.obstacle ??= answer.why === 'unanswered' ? 'unanswered' : 'queue';
      return undefined;
    }
    note(this, answer);
    // It had its turn, and others may not have had theirs yet; unless it was sent in vain.
    if (!KEEPS_ITS_PLACE.has(answer.meaning)) this.seniority = this.ports.time.now();
    this.held?.release(answer.orderId);
    return answer;
  }

  lookUp(scope: LookUpScope): Promise<LookUpAnswer> {
    this.lookedUp = true;
    const { seniority } = this;
    const { wire } = this.ends;
    const looks = (this.looks ??= follower(wire));
    return this.ports.lookUp(this.followed, scope, { seniority, waits: looks, wire });
  }

  /** Takes a record in. @returns whether it is final */
  see(record: OrderRecord, by: 'stream' | 'query'): boolean {
    if (endingOf(record) === undefined) {
      this.lastOpen = record;
      return false;
    }
    // The request under way may have taken effect too.
    this.settled ??= { record, by, ours: this.mayHaveWorked || this.underway };
    this.ends.waits.abort();
    // A look-up that still waits for its turn must not go out when all is over.
    this.looks?.abort();
    this.settle?.();
    return true;
  }

  /** Releases timers and listeners. */
  close(): void {
    this.ends.release();
    this.unwatch?.();
  }

  private nextNudge(): Ending {
    return (this.nudge ??= new Ending());
  }
}

function follower(signal: Signal): Ending {
  const ending = new Ending();
  signal.addEventListener('abort', () => ending.abort());
  if (signal.aborted) ending.abort();
  return ending;
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
