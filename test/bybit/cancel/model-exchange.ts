/**
 * One order, its true state and ports that tell of it as badly as an exchange can: late, stale,
 * doubled, lost or not at all. The truth is kept beside, to hold the outcome against.
 */
import type { CancelRequest, OrderRecord } from '../../../nodes/bybit/model';
import type {
  Answer,
  LookUpAnswer,
  LookUpScope,
  NotSent,
  ExchangePort,
  SendOptions,
  Watcher,
} from '../../../nodes/bybit/cancel/exchange-port';
import { endingOf } from '../../../nodes/bybit/cancel/order-record';
import type { Meaning } from '../../../nodes/bybit/answers/meaning';
import type { Signal } from '../../../nodes/bybit/time/abort';
import { sleep } from '../../../nodes/bybit/time/time';
import type { FakeTime } from '../../support/fake-time';
import type { Truth } from './contradiction';

const ORDER_ID = 'order-1';
const LINK_ID = 'mine-1';
/** What an answer means when nothing was done with the request. */
const REFUSALS: Meaning[] = ['unsent', 'rate', 'clock', 'unsent', 'rate'];
/** What proves nothing: it can come before and after the effect. */
const PROVES_NOTHING: Meaning[] = [
  'unlisted',
  'unlisted',
  'denied',
  'transient',
  'transient',
  'transient-once',
];
/** ms: within that an effect shows in the records after an answer that proves nothing */
const EFFECT_LIMIT = 300;
const RECORD_LIMIT = 1600;
const DEFINITE: Meaning[] = ['unauthorized', 'rejected', 'banned'];

export interface Chances {
  /** a request's answer is lost, after or without taking effect */
  readonly lost: number;
  readonly refused: number;
  readonly definite: number;
  /** answered by a code that proves nothing, before or after the effect */
  readonly unproved: number;
  /** every send is answered so */
  readonly stubborn: boolean;
  readonly lookUpFails: number;
  readonly eventDropped: number;
  readonly eventDoubled: number;
  /** ms that the records lag behind, at most */
  readonly lag: number;
  /** ms to and from the exchange, at most */
  readonly distance: number;
  readonly streamDown: number;
  /** the records know nothing of a closed order for some seconds, as after an exchange restart */
  readonly forgetful: number;
}

type Random = () => number;

export class ModelExchange {
  readonly truth: Truth;
  readonly request: CancelRequest;
  readonly ports: ExchangePort;
  private readonly past: { at: number; record: OrderRecord }[] = [];
  private readonly watchers = new Set<Watcher>();
  private streamIsUp: boolean;
  private cumExecQty = 0;
  private hiddenUntil = 0;

  constructor(
    private readonly time: FakeTime,
    private readonly random: Random,
    private readonly chances: Chances,
  ) {
    const exists = random() > 0.04;
    this.truth = {
      exists,
      status: 'New',
      acknowledged: false,
      attempts: 0,
      hidden: false,
    };
    const wrongSymbol = exists && random() < 0.05;
    const symbol = wrongSymbol ? 'ETHUSDT' : 'BTCUSDT';
    const id = random() < 0.6 ? { orderId: ORDER_ID } : { orderLinkId: LINK_ID };
    this.request = { category: 'linear', symbol, ...id };
    this.streamIsUp = random() > chances.streamDown;
    if (exists) this.change('New');
    this.live();
    this.ports = {
      time,
      environment: 'testnet',
      transport: 'http',
      send: async (_request, options) => {
        const answered = await this.send(options);
        if (answered.meaning !== undefined) this.truth.lastMeaning = answered.meaning;
        return answered;
      },
      lookUp: (_request, scope, { untilStop, untilCutOff }) =>
        untilStop.aborted ? Promise.resolve({ readable: false }) : this.lookUp(scope, untilCutOff),
      watch: (_request, watcher) => {
        this.watchers.add(watcher);
        return () => this.watchers.delete(watcher);
      },
      streamUp: () => this.streamIsUp,
      ban: () => undefined,
      measureClock: (_signedAt, signal) => this.travel(signal),
    };
  }

  get watched(): number {
    return this.watchers.size;
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private pickOf<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }

  /** Ms on the way, mostly short, now and then very long. */
  private way(): number {
    const { distance } = this.chances;
    return this.chance(0.1) ? this.random() * distance * 20 : this.random() * distance;
  }

  private travel(signal: Signal): Promise<void> {
    return sleep(this.time, this.way(), signal);
  }

  /** What happens to the order without us, and to the stream. */
  private live(): void {
    const later = (callback: () => void) => void this.time.after(this.random() * 6000, callback);
    if (this.chance(0.25)) later(() => this.close('Filled', 'fill'));
    if (this.chance(0.2)) later(() => this.fillPart());
    if (this.chance(0.15)) later(() => this.close('Cancelled', 'others'));
    if (this.chance(0.03)) later(() => this.close('Rejected', 'reject'));
    if (this.chance(0.1)) this.close('Filled', 'fill');
    if (this.chance(0.1)) this.close('Cancelled', 'others');
    for (let cuts = Math.floor(this.random() * 4); cuts > 0; cuts -= 1) {
      later(() => {
        this.streamIsUp = !this.streamIsUp;
        for (const watcher of [...this.watchers]) watcher.wake();
      });
    }
    if (this.chance(0.2)) later(() => this.tellOfAStranger());
  }

  private isOpen(): boolean {
    return this.truth.exists && this.truth.closedBy === undefined;
  }

  private close(status: string, closedBy: NonNullable<Truth['closedBy']>): void {
    if (!this.isOpen()) return;
    this.truth.closedBy = closedBy;
    if (this.chance(this.chances.forgetful)) {
      this.hiddenUntil = this.time.now() + this.random() * 12_000;
    }
    this.change(status);
  }

  private fillPart(): void {
    if (!this.isOpen()) return;
    this.cumExecQty += 1;
    this.change('PartiallyFilled');
  }

  private change(status: string): void {
    this.truth.status = status;
    const record = this.recordOf(status);
    this.past.push({ at: this.time.now(), record });
    this.tell(record);
    // A lost race is told twice (API section websocket/private/order).
    if (status === 'Filled' && this.chance(0.3))
      this.tell({ ...record, cancelType: 'CancelByUser' });
  }

  private recordOf(orderStatus: string, ids = {}): OrderRecord {
    return {
      category: 'linear',
      symbol: 'BTCUSDT',
      orderId: ORDER_ID,
      orderLinkId: LINK_ID,
      orderStatus,
      cumExecQty: String(this.cumExecQty),
      updatedTime: String(this.time.wall()),
      ...ids,
    };
  }

  /** Another order, earlier under the same own id or wholly foreign. */
  private tellOfAStranger(): void {
    const ids = this.chance(0.5) ? { orderId: 'order-0' } : { orderId: 'x', orderLinkId: 'x' };
    const status = this.pickOf(['Cancelled', 'Filled', 'New']);
    this.deliver(this.recordOf(status, ids));
  }

  private tell(record: OrderRecord): void {
    const copies = this.chance(this.chances.eventDoubled) ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      if (this.chance(this.chances.eventDropped)) continue;
      this.time.after(this.way(), () => this.deliver(record));
    }
  }

  private deliver(record: OrderRecord): void {
    if (!this.streamIsUp) return;
    const { orderId, orderLinkId } = this.request;
    const wanted =
      orderId === undefined ? record.orderLinkId === orderLinkId : record.orderId === orderId;
    if (!wanted) return;
    // Under an own id the event counts once the acknowledgement has told which order it is.
    const known = orderId !== undefined || this.truth.acknowledged;
    if (this.watchers.size > 0 && known && record.orderId === ORDER_ID) this.prove(record);
    for (const watcher of [...this.watchers]) watcher.record(record);
  }

  private prove(record: OrderRecord): void {
    if (endingOf(record) !== undefined) this.truth.provedAt ??= this.time.now();
  }

  private async send({
    untilStop,
    untilCutOff,
    onStart,
    onSent,
  }: SendOptions): Promise<Answer | NotSent> {
    if (this.chance(0.2)) await sleep(this.time, this.random() * 3000, untilStop);
    if (untilStop.aborted) return { why: 'ended' };
    onStart({});
    this.truth.attempts += 1;
    const { chances } = this;
    const ended = () => untilCutOff.aborted;
    if (this.chance(0.05)) return answer('unsent');
    onSent();
    await this.travel(untilCutOff);
    // Once it was on its way nobody knows whether it arrived.
    if (ended()) return answer('unknown');
    if (this.chance(chances.definite)) return this.refuse(this.pickOf(DEFINITE), untilCutOff);
    if (this.chance(chances.refused)) return this.refuse(this.pickOf(REFUSALS), untilCutOff);
    if (chances.stubborn || this.chance(chances.unproved)) return this.proveNothing(untilCutOff);
    const lost = this.chance(chances.lost);
    if (lost && this.chance(0.5)) return this.loseAnswer(untilCutOff);
    const taken = this.process();
    if (lost) return this.loseAnswer(untilCutOff);
    await this.travel(untilCutOff);
    if (ended()) return answer('unknown');
    if (!taken) return answer('gone');
    this.truth.acknowledged = true;
    return answer('accepted', { orderId: ORDER_ID, orderLinkId: LINK_ID });
  }

  private async refuse(meaning: Meaning, wire: Signal): Promise<Answer> {
    await this.travel(wire);
    if (wire.aborted) return answer('unknown');
    return answer(meaning);
  }

  /** Its text may name a passing state; what it did shows soon, or it did nothing. */
  private async proveNothing(wire: Signal): Promise<Answer> {
    const meaning = this.pickOf(PROVES_NOTHING);
    if (this.chance(0.5) && this.isOpen() && this.request.symbol === 'BTCUSDT') {
      this.time.after(this.random() * EFFECT_LIMIT, () => this.close('Cancelled', 'us'));
    }
    await this.travel(wire);
    if (wire.aborted) return answer('unknown');
    return answer(meaning, { retMsg: this.chance(0.5) ? 'Server is busy' : 'Rejected' });
  }

  /** At once (reset, HTML, 5xx) or after the longest wait (time-out). */
  private async loseAnswer(wire: Signal): Promise<Answer> {
    await sleep(this.time, this.chance(0.5) ? this.way() : 3000, wire);
    return answer('unknown');
  }

  /** The exchange takes a cancel up; it takes effect later, unless the order fills first. */
  private process(): boolean {
    if (!this.isOpen() || this.request.symbol !== 'BTCUSDT') return false;
    if (this.chance(0.03)) return true;
    if (this.chance(0.08)) this.time.after(this.way() / 2, () => this.close('Filled', 'fill'));
    this.time.after(this.way(), () => this.close('Cancelled', 'us'));
    return true;
  }

  private async lookUp(scope: LookUpScope, signal: Signal): Promise<LookUpAnswer> {
    await this.travel(signal);
    if (this.chance(this.chances.lookUpFails)) {
      await sleep(this.time, this.chance(0.5) ? 0 : 2500, signal);
      return { readable: false };
    }
    const seen = this.seen(scope);
    await this.travel(signal);
    if (signal.aborted) return { readable: false };
    if (seen === undefined) return { readable: true };
    this.prove(seen);
    return { readable: true, record: seen };
  }

  /** The record as it was some time ago. */
  private seen(scope: LookUpScope): OrderRecord | undefined {
    if (this.time.now() < this.hiddenUntil) {
      this.truth.hidden = true;
      return undefined;
    }
    const { lag } = this.chances;
    const most = scope === 'history' ? lag : Math.min(lag, RECORD_LIMIT);
    const when = this.time.now() - this.random() * most;
    const record = this.past.findLast(({ at }) => at <= when)?.record ?? this.past[0]?.record;
    if (record === undefined) return undefined;
    if (scope === 'place') return this.request.symbol === record.symbol ? record : undefined;
    if (scope === 'history') return endingOf(record) === undefined ? undefined : record;
    return record;
  }
}

function answer(meaning: Meaning, more: Partial<Answer> = {}): Answer {
  return { meaning, explain: () => meaning, transport: 'http', signedAt: 0, ...more };
}
