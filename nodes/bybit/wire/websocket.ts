/**
 * One authenticated WebSocket connection from its opening to its end: ping, silence, authentication
 * (API section websocket/wss-authentication).
 */
import type { Agent } from 'node:http';
import { WebSocket, type RawData } from 'ws';
import type { Clock } from './clock';
import { faultOf, type Fault } from '../answers/network-errors';
import { Heartbeat } from './heartbeat';
import type { Signer } from './signing';
import type { Time, Timer } from '../time/time';

/** ms for connection, handshake and authentication */
const OPENING_LIMIT = 10_000;
/** ms that the signed authentication is valid; 1 s is too short on slow lines */
const AUTH_VALID = 10_000;
const LARGEST = 4 * 1024 * 1024;
const NO_REASON = 'no reason given';

export type SocketMessage = Readonly<Record<string, unknown>>;

export interface WebSocketOptions {
  readonly url: string;
  readonly agent: Agent;
  readonly apiKey: string;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly time: Time;
  readonly clean: (text: string) => string;
  readonly onMessage: (message: SocketMessage) => void;
}

export interface WebSocketEvents {
  ready(): void;
  /** @param aheadMs of the clock that the authentication was signed with */
  refused(why: string, aheadMs: number): void;
  /** called once, also after a refusal */
  ended(fault: Fault): void;
}

export interface OpenWebSocket {
  send(message: object): boolean;
  close(): void;
}

export function openWebSocket(options: WebSocketOptions, events: WebSocketEvents): OpenWebSocket {
  return new AuthenticatedWebSocket(options, events);
}

class AuthenticatedWebSocket implements OpenWebSocket {
  private readonly socket: WebSocket;
  private readonly opening: Timer;
  private readonly heartbeat: Heartbeat;
  private signedAheadMs = 0;
  private isAuthenticated = false;
  private isEnded = false;

  constructor(
    private readonly options: WebSocketOptions,
    private readonly events: WebSocketEvents,
  ) {
    const { time } = options;
    this.socket = connect(options);
    this.opening = time.after(OPENING_LIMIT, () =>
      this.end({ kind: 'late', reason: 'no answer came in time' }),
    );
    this.heartbeat = new Heartbeat({
      time,
      ping: () => void this.write({ op: 'ping' }),
      onSilence: () => this.end({ kind: 'late', reason: 'it fell silent' }),
    });
    this.socket.on('open', () => this.authenticate());
    this.socket.on('message', this.read);
    this.socket.on('close', () => this.end({ kind: 'broken', reason: 'the connection broke' }));
    this.socket.on('error', (error) => this.end(faultOf(error)));
  }

  send(message: object): boolean {
    return this.isAuthenticated && this.write(message);
  }

  close(): void {
    this.end({ kind: 'closed', reason: 'it was closed' });
  }

  private write(message: object): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  private authenticate(): void {
    this.signedAheadMs = this.options.clock.now() - this.options.time.wall();
    this.write(authRequest(this.options));
  }

  private readonly read = (data: RawData): void => {
    const message = parse(data);
    if (message === undefined || this.isEnded) return;
    this.heartbeat.heard();
    if (message.op === 'auth') this.judgeAuth(message);
    else if (message.op !== 'pong' && message.ret_msg !== 'pong') this.options.onMessage(message);
  };

  private judgeAuth(message: SocketMessage): void {
    if (message.success === true || message.retCode === 0) {
      this.isAuthenticated = true;
      this.opening.cancel();
      this.heartbeat.start();
      this.events.ready();
      return;
    }
    const told = message.ret_msg ?? message.retMsg;
    const why = this.options.clean(typeof told === 'string' && told !== '' ? told : NO_REASON);
    this.events.refused(why, this.signedAheadMs);
    this.end({ kind: 'failed', reason: 'the key was refused' });
  }

  private end(fault: Fault): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.opening.cancel();
    this.heartbeat.stop();
    this.socket.removeAllListeners();
    // A socket that is cut while it connects still reports that as an error.
    this.socket.on('error', () => undefined);
    this.socket.terminate();
    this.events.ended(fault);
  }
}

function connect({ url, agent }: WebSocketOptions): WebSocket {
  return new WebSocket(url, {
    agent,
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: LARGEST,
  });
}

function authRequest({ apiKey, signer, clock }: WebSocketOptions): object {
  const expires = clock.now() + AUTH_VALID;
  return { op: 'auth', args: [apiKey, expires, signer(`GET/realtime${expires}`)] };
}

function parse(data: RawData): SocketMessage | undefined {
  try {
    const message: unknown = JSON.parse((data as Buffer).toString());
    return typeof message === 'object' && message !== null ? (message as SocketMessage) : undefined;
  } catch {
    return undefined;
  }
}
