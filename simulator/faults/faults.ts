/** The script of faults: which request meets which, and what the stream does to events. */
import { EVERY_FAULT, type Fault } from './fault-kinds';
import { Random } from '../random';
import type { ReceivedRequest } from '../protocol/requests';

export type Selector =
  | 'order/create'
  | 'order/cancel'
  | 'order/cancel-batch'
  | 'order/cancel-all'
  | 'order/realtime'
  | 'order/history'
  | 'market/time'
  | 'market/instruments-info'
  | 'user/query-api'
  | `ws:${string}`
  | ((request: ReceivedRequest) => boolean);

/** Default: any REST request, any order over the WebSocket order entry, once. */
export type ScriptedFault = Fault & { readonly on?: Selector; readonly times?: number };

export interface RandomFaults {
  readonly seed: number;
  /** the share of requests that meet a fault, 0 to 1; default 0.3 */
  readonly share?: number;
  /** met in turn; default EVERY_FAULT */
  readonly kinds?: readonly Fault[];
  readonly on?: Selector;
  /** of the other requests, the share that loses the race; default 0 */
  readonly lostRaceShare?: number;
}

export interface StreamFaults {
  /** the shares of events that are dropped, doubled, or overtaken by the next; 0 to 1 */
  drop?: number;
  double?: number;
  reorder?: number;
  /** added to the delay of each event, ms */
  delayMs?: number;
  seed?: number;
}

export interface EventFate {
  readonly copies: 0 | 1 | 2;
  readonly reorder: boolean;
}

const NO_FAULT: Fault = { kind: 'none' };

const selects = (on: Selector | undefined, request: ReceivedRequest): boolean => {
  if (typeof on === 'function') return on(request);
  if (on !== undefined) return request.operation === on;
  return request.transport === 'http' || request.operation.startsWith('ws:order.');
};

export class Faults {
  private script: { fault: ScriptedFault; left: number }[] = [];
  private randomly: { options: RandomFaults; random: Random; turn: number } | undefined;
  private streamFaults: StreamFaults = {};
  private streamRandom = new Random(1);
  private drops = 0;
  private doubles = 0;
  private authsRefused = 0;
  private connectionsRefused = 0;
  private subscribesRefused = 0;
  private refusalText = '';
  /** Pings, the protocol's and the API's, go without an answer. */
  pingsIgnored = false;

  /** Faults are met in the order in which they were added, each by the first request that fits. */
  add(...faults: readonly ScriptedFault[]): this {
    for (const fault of faults) this.script.push({ fault, left: fault.times ?? 1 });
    return this;
  }

  /** From now on each request that no scripted fault fits meets one by chance. */
  random(options: RandomFaults): this {
    this.randomly = { options, random: new Random(options.seed), turn: 0 };
    return this;
  }

  get stream(): StreamFaults {
    return this.streamFaults;
  }

  set stream(faults: StreamFaults) {
    this.streamFaults = faults;
    this.streamRandom = new Random(faults.seed ?? 1);
  }

  /** The next `count` events of the order stream reach nobody. */
  dropEvents(count = 1): void {
    this.drops += count;
  }

  /** The next `count` events of the order stream come twice. */
  doubleEvents(count = 1): void {
    this.doubles += count;
  }

  /** The next `count` WebSocket authentications fail. */
  refuseAuth(count = 1): void {
    this.authsRefused += count;
  }

  /** The next `count` subscriptions of the private stream fail; the connection stays. */
  refuseSubscribe(count = 1, text = 'refused'): void {
    this.subscribesRefused += count;
    this.refusalText = text;
  }

  /** The next `count` WebSocket connections are refused with HTTP status 503. */
  refuseConnections(count = 1): void {
    this.connectionsRefused += count;
  }

  ignorePings(ignored = true): void {
    this.pingsIgnored = ignored;
  }

  /** Back to a faultless exchange. */
  clear(): void {
    this.script = [];
    this.randomly = undefined;
    this.stream = {};
    this.drops = this.doubles = this.authsRefused = this.connectionsRefused = 0;
    this.subscribesRefused = 0;
    this.pingsIgnored = false;
  }

  /** How many scripted faults wait for their request. */
  get waiting(): number {
    return this.script.reduce((sum, { left }) => sum + left, 0);
  }

  /** Which fault a request meets. */
  take(request: ReceivedRequest): Fault {
    const next = this.script.find(({ fault }) => selects(fault.on, request));
    if (!next) return this.takeByChance(request);
    next.left -= 1;
    if (next.left <= 0) this.script = this.script.filter((one) => one !== next);
    return next.fault;
  }

  takeEvent(): EventFate {
    const { drop = 0, double = 0, reorder = 0 } = this.streamFaults;
    const random = this.streamRandom;
    // All three are drawn each time: one share's setting doesn't shift the others' chances.
    const [dropped, doubled, late] = [drop, double, reorder].map((p) => random.next() < p);
    if (this.drops > 0 || dropped) {
      this.drops = Math.max(0, this.drops - 1);
      return { copies: 0, reorder: false };
    }
    if (this.doubles > 0 || doubled) {
      this.doubles = Math.max(0, this.doubles - 1);
      return { copies: 2, reorder: late === true };
    }
    return { copies: 1, reorder: late === true };
  }

  takeAuth(): boolean {
    return this.authsRefused > 0 && this.authsRefused-- > 0;
  }

  takeConnection(): boolean {
    return this.connectionsRefused > 0 && this.connectionsRefused-- > 0;
  }

  /** @returns the text of the refusal, if there is one */
  takeSubscribe(): string | undefined {
    return this.subscribesRefused > 0 && this.subscribesRefused-- > 0
      ? this.refusalText
      : undefined;
  }

  private takeByChance(request: ReceivedRequest): Fault {
    if (!this.randomly || !selects(this.randomly.options.on, request)) return NO_FAULT;
    const { options, random } = this.randomly;
    const kinds = options.kinds ?? EVERY_FAULT;
    if (random.next() < (options.share ?? 0.3)) {
      return kinds[this.randomly.turn++ % kinds.length] ?? NO_FAULT;
    }
    return random.next() < (options.lostRaceShare ?? 0) ? { kind: 'lostRace' } : NO_FAULT;
  }
}
