/**
 * Pursues one cancel: takes the steps that the rules name, and hands what it observes back to them.
 */
import { Deadline } from './deadline';
import {
  beginEvidence,
  type Evidence,
  type Found,
  type Moment,
  type Observation,
} from './evidence';
import { holdEvents, type HeldEvents } from './held-events';
import type { CancelRequest, Outcome } from '../model';
import { observe } from './observe';
import type { Answer, LookUpScope, NotSent, ExchangePort } from './exchange-port';
import type { PursuitOptions } from './pursuit-options';
import { nextStep, type Step } from './rules';
import { AbortSource, type Signal } from '../time/abort';
import { sleep } from '../time/time';
import { conclude } from './verdict';

/** ms that are kept for the confirmation after the acknowledgement, at least */
const CONFIRM_TIME = { streamUp: 50, streamDown: 150 };

/** Pursues one cancel. Resolves by the deadline with exactly one outcome. */
export function cancelOrder(
  request: CancelRequest,
  options: PursuitOptions,
  ports: ExchangePort,
): Promise<Outcome> {
  const pursuit = new Pursuit(request, options, ports);
  const run = pursuit.run();
  // A stream event settles it at once, while a send may still wait for its answer.
  const ended = pursuit.settled === undefined ? run : Promise.race([run, pursuit.settled]);
  return ended.then(() => pursuit.conclude());
}

class Pursuit implements Moment {
  /** resolves when a final record settles it; missing without confirm */
  readonly settled: Promise<void> | undefined;
  private evidence: Evidence;
  private readonly deadline: Deadline;
  private readonly startMs: number;
  private readonly held: HeldEvents | undefined;
  private readonly unwatch: (() => void) | undefined;
  private settle: (() => void) | undefined;
  /** ends a wait */
  private wake: AbortSource | undefined;
  /** ends look-ups that wait for their turn */
  private looks: AbortSource | undefined;

  constructor(
    request: CancelRequest,
    private readonly options: PursuitOptions,
    private readonly ports: ExchangePort,
  ) {
    const { confirm, inDoubt } = options;
    const { time, transport } = ports;
    this.startMs = time.now();
    this.deadline = new Deadline(options, time);
    this.evidence = beginEvidence(request, { confirm, transport, inDoubt, now: this.startMs });
    if (!confirm) return;
    this.settled = new Promise((resolve) => (this.settle = resolve));
    this.held = holdEvents(request.orderId, (record) =>
      this.observe({ kind: 'record', record, by: 'stream' }),
    );
    const wake = () => this.nextWake().abort();
    this.unwatch = ports.watch(request, { record: this.held.take, wake });
  }

  get now(): number {
    return this.ports.time.now();
  }
  get remaining(): number {
    return Math.max(0, this.options.remainingMs - (this.now - this.startMs));
  }
  get closing(): boolean {
    return this.deadline.closing;
  }
  get late(): boolean {
    return this.deadline.late;
  }
  get streamUp(): boolean {
    return this.options.confirm && this.ports.streamUp();
  }
  get random(): number {
    return this.ports.time.random();
  }

  async run(): Promise<void> {
    try {
      for (;;) {
        const step = nextStep(this.evidence, this);
        if (step.act === 'stop') return;
        if (step.act === 'send') this.answered(await this.send());
        else this.observe(await this.take(step));
      }
    } finally {
      this.deadline.release();
      this.unwatch?.();
    }
  }

  conclude(): Outcome {
    const { options, ports, startMs, closing } = this;
    const { startedAt, elapsedMs, remainingMs } = options;
    return conclude(this.evidence, {
      environment: ports.environment,
      account: ports.account,
      startedAt,
      elapsedMs,
      remainingMs,
      startMs,
      endedMs: this.now - startMs,
      closing,
      ban: () => ports.ban(),
    });
  }

  private observe(seen: Observation): void {
    const before = this.evidence;
    this.evidence = observe(before, seen, this);
    if (seen.kind === 'answered') this.held?.release(seen.answer.orderId);
    if (before.settled !== undefined || this.evidence.settled === undefined) return;
    this.deadline.stop();
    // A look-up that still waits for its turn must not go out when all is over.
    this.looks?.abort();
    this.settle?.();
  }

  private take(step: Exclude<Step, { act: 'stop' | 'send' }>): Promise<Observation> {
    switch (step.act) {
      case 'lookUp':
        return this.lookUp(step.everywhere);
      case 'wait':
        return this.wait(step.ms);
      case 'measureClock':
        return this.ports
          .measureClock(step.signedAt, this.deadline.untilCutOff)
          .then(() => ({ kind: 'measured' }));
    }
  }

  private send(): Promise<Answer | NotSent> {
    const { untilStop, untilCutOff } = this.deadline;
    const { followed, queuedAt, alone } = this.evidence;
    return this.ports.send(followed, {
      queuedAt,
      alone,
      dueAt: this.startMs + this.options.remainingMs - this.confirmMs(),
      untilStop,
      untilCutOff,
      onStart: (request) => {
        this.options.onRequest?.(request);
        this.observe(STARTED);
      },
      onSent: () => this.observe(SENT),
    });
  }

  /** ms that an acknowledged cancel needs until its record is there */
  private confirmMs(): number {
    if (!this.options.confirm) return 0;
    const ms = this.streamUp ? CONFIRM_TIME.streamUp : CONFIRM_TIME.streamDown;
    // A message with little time from the start is tried all the same.
    return Math.min(ms, this.options.remainingMs / 4);
  }

  private answered(answer: Answer | NotSent): void {
    if (answer.meaning === undefined) this.observe({ kind: 'notSent', notSent: answer });
    else this.observe({ kind: 'answered', answer, cutOff: this.deadline.untilCutOff.aborted });
  }

  /** Waits, unless the pursuit is over, or the stream goes down or comes back. */
  private async wait(ms: number): Promise<Observation> {
    const { untilStop } = this.deadline;
    const wake = this.nextWake();
    const end = () => wake.abort();
    untilStop.addEventListener('abort', end);
    if (!untilStop.aborted) await sleep(this.ports.time, ms, wake);
    untilStop.removeEventListener('abort', end);
    this.wake = undefined;
    return { kind: 'waited', ms };
  }

  /**
   * Looks at open and lately closed orders, then at the history, which alone survives a restart of the
   * exchange, then at those under any symbol.
   */
  private async lookUp(everywhere: boolean): Promise<Observation> {
    let found: Found = 'none';
    const since = this.now;
    for (const scope of everywhere ? EVERYWHERE : HERE) {
      // An orderLinkId can be reused. The history has closed orders only: if the open ones could not
      // be read, it could show an earlier order.
      const byOwnId = this.evidence.followed.orderId === undefined;
      if (found !== 'none' && scope === 'history' && byOwnId) continue;
      const one = await this.lookUpIn(scope);
      if (one === 'unreadable') found = one;
      else if (one !== 'none') return { kind: 'looked', found: one, everywhere, since };
    }
    return { kind: 'looked', found, everywhere, since };
  }

  private async lookUpIn(scope: LookUpScope): Promise<Found> {
    if (this.isSettled()) return 'closed';
    const { untilCutOff } = this.deadline;
    if (untilCutOff.aborted) return 'unreadable';
    const untilStop = (this.looks ??= follower(untilCutOff));
    const { followed, queuedAt } = this.evidence;
    const onRequest = () => this.options.onRequest?.({});
    const options = { queuedAt, untilStop, untilCutOff, onRequest };
    const answer = await this.ports.lookUp(followed, scope, options);
    if (!answer.readable) return answer.refused === true ? 'refused' : 'unreadable';
    if (answer.record === undefined) return 'none';
    this.observe({ kind: 'record', record: answer.record, by: 'query' });
    return this.isSettled() ? 'closed' : 'open';
  }

  private isSettled(): boolean {
    return this.evidence.settled !== undefined;
  }

  private nextWake(): AbortSource {
    return (this.wake ??= new AbortSource());
  }
}

const STARTED: Observation = { kind: 'started' };
const SENT: Observation = { kind: 'sent' };
const HERE: readonly LookUpScope[] = ['place', 'history'];
const EVERYWHERE: readonly LookUpScope[] = ['place', 'history', 'anywhere'];

function follower(signal: Signal): AbortSource {
  const ending = new AbortSource();
  signal.addEventListener('abort', () => ending.abort());
  if (signal.aborted) ending.abort();
  return ending;
}
