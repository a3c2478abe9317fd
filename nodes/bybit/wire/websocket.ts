/**
 * One authenticated WebSocket connection from its opening to its end: ping, silence, authentication
 * (API section websocket/wss-authentication).
 */
import type { Agent } from 'node:http';
import { WebSocket, type RawData } from 'ws';
import type { Clock } from './clock';
import { faultOf, type Fault } from '../answers/network-errors';
import type { Signer } from './signing';
import type { Time } from '../time/time';

/** ms, whatever else is said: the exchange asks for a ping at least every 20 s */
const PING_EVERY = 15_000;
/** ms without any message after a ping: the line is dead, whatever TCP believes */
const PONG_LIMIT = 8_000;
/** ms for connection, handshake and authentication */
const OPENING_LIMIT = 10_000;
/** ms that the signed authentication is valid; 1 s is too short on slow lines */
const AUTH_VALID = 10_000;
const LARGEST = 4 * 1024 * 1024;

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
  const { time, clean } = options;
  const socket = new WebSocket(options.url, {
    agent: options.agent,
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: LARGEST,
  });
  let timer = time.after(OPENING_LIMIT, () =>
    end({ kind: 'late', reason: 'no answer came in time' }),
  );
  let signedAheadMs = 0;
  let authenticated = false;
  let heard = false;
  let ended = false;

  const end = (fault: Fault) => {
    if (ended) return;
    ended = true;
    timer.cancel();
    socket.removeAllListeners();
    // A socket that is cut while it connects still reports that as an error.
    socket.on('error', () => undefined);
    socket.terminate();
    events.ended(fault);
  };
  const say = (message: object) => {
    if (socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  };
  const ping = () => {
    heard = false;
    say({ op: 'ping' });
    timer = time.after(PONG_LIMIT, () => {
      if (heard) timer = time.after(PING_EVERY - PONG_LIMIT, ping);
      else end({ kind: 'late', reason: 'it fell silent' });
    });
  };
  const judgeAuth = (message: SocketMessage) => {
    if (message.success === true || message.retCode === 0) {
      authenticated = true;
      timer.cancel();
      timer = time.after(PING_EVERY, ping);
      events.ready();
      return;
    }
    const told = message.ret_msg ?? message.retMsg;
    const why = clean(typeof told === 'string' && told !== '' ? told : 'no reason given');
    events.refused(why, signedAheadMs);
    end({ kind: 'failed', reason: 'the key was refused' });
  };

  socket.on('open', () => {
    signedAheadMs = options.clock.now() - time.wall();
    say(authRequest(options));
  });
  socket.on('message', (data) => {
    const message = parse(data);
    if (message === undefined || ended) return;
    heard = true;
    if (message.op === 'auth') judgeAuth(message);
    else if (message.op !== 'pong' && message.ret_msg !== 'pong') options.onMessage(message);
  });
  socket.on('close', () => end({ kind: 'broken', reason: 'the connection broke' }));
  socket.on('error', (error) => end(faultOf(error)));
  return {
    send: (message) => authenticated && say(message),
    close: () => end({ kind: 'closed', reason: 'it was closed' }),
  };
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
