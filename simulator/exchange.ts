/**
 * A small, faithful Bybit v5 on loopback, for the tests and the demo: REST, the private order
 * stream and the WebSocket order entry on one port. Scripted faults make it fail at any point.
 */
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { AddressLimiter } from './address-limit';
import { ApiKeys, DEFAULT_UID, DEMO_KEY, uidOf, type SimulatedKey } from './api-keys';
import { Books } from './books';
import { Clock } from './clock';
import { demoEndpoints } from './demo';
import { Faults } from './faults';
import { Instruments } from './instruments';
import { DEFAULT_LIMITS, RateLimiter, type Limits } from './limits';
import type { ExchangeOptions } from './options';
import { OrderEntry } from './order-entry';
import { DOCUMENTED_FILTERS, type Order, type OrderFilter, type OrderRecord } from './orders';
import { PrivateStream } from './private-stream';
import { Records } from './records';
import type { ReceivedRequest } from './requests';
import { Rest } from './rest';
import { Sockets } from './websocket';

export { DEFAULT_UID, DEMO_KEY, type SimulatedKey } from './api-keys';
export type { Books } from './books';
export type { Time } from './clock';
export type { ExchangeOptions } from './options';
export type { NewOrder, Order, OrderFilter, OrderRecord } from './orders';
export type { ReceivedRequest } from './requests';
export { EVERY_FAULT, UNLISTED_CODES, type Fault } from './fault-kinds';
export type { Faults, ScriptedFault } from './faults';

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
  private readonly clock: Clock;
  private readonly keys: ApiKeys;
  private readonly records: Records;
  private readonly stream: PrivateStream;
  private readonly sockets: Sockets;
  private readonly server: Server;
  private readonly connected = new Set<Socket>();
  private readonly secure: boolean;
  private listeningPort = 0;

  constructor(options: ExchangeOptions = {}) {
    const keys = options.keys ?? [DEMO_KEY];
    const { faults } = this;
    const clock = new Clock(options.clockSkewMs, options.time);
    const instruments = new Instruments(options.symbols);
    this.clock = clock;
    this.keys = new ApiKeys(keys);
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.cancelFilters = new Set(options.cancelFilters ?? DOCUMENTED_FILTERS);
    this.secure = options.tls !== undefined;

    const uid = keys[0] ? uidOf(keys[0]) : DEFAULT_UID;
    const books = new Books(
      { clock, instruments, uid, onChange: this.tell },
      options.cancelDelayMs,
    );
    this.books = books;
    this.records = new Records({ books, clock, instruments }, options);
    const limiter = new RateLimiter(clock, this.limits);
    const { records, cancelFilters } = this;
    const state = { books, records, clock, instruments, limiter, cancelFilters };

    const checker = { keys: this.keys, serverTime: () => clock.server() };
    const log = { record: this.record, answered: this.answered };
    this.sockets = new Sockets({ clock, checker, faults, changed: this.changed, ...log });
    const { authenticate } = this.sockets;
    const sessions = () => this.sockets.sessions('/v5/private');
    this.stream = new PrivateStream(
      { clock, faults, sessions, authenticate },
      options.eventDelayMs,
    );
    this.sockets.serve(this.stream);
    this.sockets.serve(new OrderEntry({ state, authenticate }));

    const demo = options.demo === true ? demoEndpoints(books, faults) : {};
    const addresses = new AddressLimiter(clock, options.addressLimit);
    const rest = new Rest({ state, checker, faults, demo, addresses, ...log });
    this.server = options.tls ? createTlsServer(options.tls) : createServer();
    this.attend(rest);
  }

  /** stays known when it is closed */
  get port(): number {
    return this.listeningPort;
  }

  /** origin of the REST API */
  get restUrl(): string {
    return `http${this.secure ? 's' : ''}://127.0.0.1:${this.port}`;
  }

  /** origin of the WebSocket API */
  get streamUrl(): string {
    return `ws${this.secure ? 's' : ''}://127.0.0.1:${this.port}`;
  }

  /** Open now. `http` are those that no WebSocket came of. */
  get connections(): { readonly http: number; readonly private: number; readonly trade: number } {
    const streams = this.sockets.sessions('/v5/private').length;
    const trade = this.sockets.sessions('/v5/trade').length;
    return { http: this.connected.size - streams - trade, private: streams, trade };
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
    for (const socket of this.connected) socket.destroy();
  }

  async listen(port: number): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.listeningPort = (this.server.address() as AddressInfo).port;
  }

  /** Ends everything: sockets, timers. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = [this.server, ...this.connected, ...this.sockets.open()].map(
      (one) => new Promise((resolve) => one.once('close', resolve)),
    );
    this.server.close();
    this.cutConnections();
    await Promise.all(closed);
    this.clock.clear();
  }

  private attend(rest: Rest): void {
    this.server.on('request', (message, response) => void rest.handle(message, response));
    this.server.on('upgrade', (message, socket, head) => {
      this.sockets.upgrade(message, socket, head);
    });
    // Of both kinds of server: the TCP socket, below TLS.
    this.server.on('connection', (socket) => {
      if (!this.server.listening) socket.destroy();
      this.connected.add(socket);
      socket.on('close', () => this.connected.delete(socket));
      socket.on('error', () => socket.destroy());
    });
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
