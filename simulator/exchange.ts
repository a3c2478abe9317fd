/**
 * A small, faithful Bybit v5 on loopback, for the tests and the demo: REST, the private order
 * stream and the WebSocket order entry on one port. Scripted faults make it fail at any point.
 */
import { EventEmitter } from 'node:events';
import { AddressLimiter } from './protocol/address-limit';
import { ApiKeys, DEFAULT_UID, DEMO_KEY, uidOf, type SimulatedKey } from './protocol/api-keys';
import { behaviourOf, type Behaviour } from './books/behaviour';
import { Books } from './books/books';
import { Clock } from './clock';
import { demoEndpoints } from './demo';
import { Faults } from './faults/faults';
import { Instruments } from './books/instruments';
import { DEFAULT_LIMITS, RateLimiter, type Limits } from './protocol/limits';
import type { Exchangeable } from './operations/operation';
import type { ExchangeOptions } from './options';
import { OrderEntry } from './wire/order-entry';
import { DOCUMENTED_FILTERS, type Order, type OrderFilter, type OrderRecord } from './books/orders';
import { PrivateStream } from './wire/private-stream';
import { Random } from './random';
import { Records } from './operations/records';
import type { ReceivedRequest } from './protocol/requests';
import { Rest } from './wire/rest';
import { ExchangeServer } from './wire/server';
import { Sockets } from './wire/websocket';

export { DEFAULT_UID, DEMO_KEY, type SimulatedKey } from './protocol/api-keys';
export type { Behaviour } from './books/behaviour';
export type { Books } from './books/books';
export type { Time } from './clock';
export type { Category } from './books/instruments';
export type { Limits } from './protocol/limits';
export type { ExchangeOptions } from './options';
export type { NewOrder, Order, OrderFilter, OrderRecord, StopOrderType } from './books/orders';
export type { ReceivedRequest } from './protocol/requests';
export { BATCH_FAULTS, EVERY_FAULT, UNLISTED_CODES, type Fault } from './faults/fault-kinds';
export type { Faults, ScriptedFault } from './faults/faults';

export interface ExchangeEvents {
  /** something was received */
  request: [ReceivedRequest];
  /** something was answered, or a scripted page sent in place of an answer */
  answered: [ReceivedRequest];
  /** an order changed; the stream's events may lag behind, be dropped … */
  order: [Order, OrderRecord];
  /** a WebSocket was opened or closed */
  connections: [Exchange['connections']];
}

export async function startExchange(options: ExchangeOptions = {}): Promise<Exchange> {
  const exchange = new Exchange(options);
  await exchange.listen(options.port ?? 0);
  return exchange;
}

export class Exchange {
  readonly events = new EventEmitter<ExchangeEvents>();
  /** Everything received, in order. Cancels refer to it by index: don't remove from it. */
  readonly requests: ReceivedRequest[] = [];
  readonly faults = new Faults();
  readonly books: Books;
  /** The limits in force; may be changed while it runs. */
  readonly limits: Limits;
  /** The filters that order/cancel takes for spot; may be changed while it runs. */
  readonly cancelFilters: Set<OrderFilter>;
  /** What it does where the real one may do one thing or another; may be changed while it runs. */
  readonly behaviour: Behaviour;
  private readonly clock: Clock;
  private readonly keys: ApiKeys;
  private readonly records: Records;
  private readonly stream: PrivateStream;
  private readonly sockets: Sockets;
  private readonly server: ExchangeServer;

  constructor(options: ExchangeOptions = {}) {
    const keys = options.keys ?? [DEMO_KEY];
    const { demoTrading = false } = options;
    this.clock = new Clock(options.clockSkewMs, options.time);
    this.keys = new ApiKeys(keys);
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.cancelFilters = new Set(options.cancelFilters ?? DOCUMENTED_FILTERS);
    this.behaviour = behaviourOf(options.behaviour ?? {}, demoTrading);

    const { clock, behaviour, cancelFilters, tell: onChange } = this;
    const shared = { clock, behaviour, instruments: new Instruments(options.symbols) };
    const uid = keys[0] ? uidOf(keys[0]) : DEFAULT_UID;
    const books = new Books({ ...shared, uid, onChange }, options.cancelDelayMs);
    const records = new Records({ ...shared, books }, options);
    this.books = books;
    this.records = records;
    const limiter = new RateLimiter(clock, this.limits);
    const random = new Random(options.seed ?? 1);
    const state = { ...shared, books, records, limiter, cancelFilters, demoTrading, random };
    this.sockets = new Sockets({ ...this.wiring(), changed: this.changed });
    this.stream = this.openChannels(state, options.eventDelayMs);
    const demo = options.demo === true ? demoEndpoints(books) : {};
    const addresses = new AddressLimiter(clock, options.addressLimit);
    const rest = new Rest({ ...this.wiring(), state, demo, addresses });
    this.server = new ExchangeServer(options.tls, {
      request: (message, response) => void rest.handle(message, response),
      upgrade: (message, socket, head) => this.sockets.upgrade(message, socket, head),
    });
  }

  /** stays known when it is closed */
  get port(): number {
    return this.server.port;
  }

  /** origin of the REST API */
  get restUrl(): string {
    return this.server.origin('http');
  }

  /** origin of the WebSocket API */
  get streamUrl(): string {
    return this.server.origin('ws');
  }

  /** Open now. `http` are those that no WebSocket came of. */
  get connections(): { readonly http: number; readonly private: number; readonly trade: number } {
    const streams = this.sockets.sessions('/v5/private').length;
    const trade = this.sockets.sessions('/v5/trade').length;
    return { http: this.server.connections - streams - trade, private: streams, trade };
  }

  get clockSkewMs(): number {
    return this.clock.skewMs;
  }

  set clockSkewMs(ms: number) {
    this.clock.skewMs = ms;
  }

  get recordLagMs(): number {
    return this.records.lagMs;
  }

  set recordLagMs(ms: number) {
    this.records.lagMs = ms;
  }

  get historyLagMs(): number {
    return this.records.historyLagMs;
  }

  set historyLagMs(ms: number) {
    this.records.historyLagMs = ms;
  }

  get eventDelayMs(): number {
    return this.stream.delayMs;
  }

  set eventDelayMs(ms: number) {
    this.stream.delayMs = ms;
  }

  /** Timers that run: effects and answers still to come. */
  get pendingTimers(): number {
    return this.clock.pending;
  }

  /** Adds a key, or replaces the one of the same `apiKey`. */
  setKey(key: SimulatedKey): void {
    this.keys.set(key);
  }

  removeKey(apiKey: string): void {
    this.keys.remove(apiKey);
  }

  /** Drops every WebSocket without a goodbye. */
  cutStreams(): void {
    this.sockets.cut();
  }

  /** Lets every WebSocket that is open now fall silent for good, as half-open connections do. */
  muteStreams(): void {
    this.sockets.mute();
  }

  /** Destroys every connection, HTTP and WebSocket, in the midst of whatever it is at. */
  cutConnections(): void {
    this.server.cut();
  }

  async listen(port: number): Promise<void> {
    await this.server.listen(port);
  }

  /** Ends everything: sockets, timers. */
  async close(): Promise<void> {
    if (await this.server.close(this.sockets.open())) this.clock.clear();
  }

  /** What both sides, HTTP and WebSocket, are given. */
  private wiring() {
    const { clock, faults, keys, record, answered } = this;
    const checker = { keys, serverTime: () => clock.server() };
    return { clock, faults, checker, record, answered };
  }

  private openChannels(state: Exchangeable, delayMs: number | undefined): PrivateStream {
    const { clock, behaviour, faults } = this;
    const { authenticate } = this.sockets;
    const sessions = () => this.sockets.sessions('/v5/private');
    const stream = new PrivateStream({ clock, behaviour, faults, sessions, authenticate }, delayMs);
    this.sockets.serve(stream);
    if (!state.demoTrading) this.sockets.serve(new OrderEntry({ state, authenticate }));
    return stream;
  }

  private readonly record = (received: Omit<ReceivedRequest, 'index' | 'at'>): ReceivedRequest => {
    const request = { ...received, index: this.requests.length, at: this.clock.local() };
    this.requests.push(request);
    this.events.emit('request', request);
    return request;
  };

  private readonly answered = (request: ReceivedRequest): void => {
    this.events.emit('answered', request);
  };

  private readonly tell = (order: Order, record: OrderRecord): void => {
    this.stream.publish(order, record);
    this.events.emit('order', order, record);
  };

  private readonly changed = (): void => {
    this.events.emit('connections', this.connections);
  };
}
