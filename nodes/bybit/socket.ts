/**
 * An authenticated WebSocket that stays up: ping, silence, back-off with full jitter,
 * re-authentication (API section websocket/wss-authentication). What is said over it is the
 * business of who opens it.
 */
import type { Agent } from 'node:http';
import { WebSocket, type RawData } from 'ws';
import type { Clock } from './clock';
import { reasonOf } from './failures';
import type { Signer } from './signing';
import type { Time, Timer } from './time';

/** ms; the exchange asks for a ping at least every 20 s */
const PING_EVERY = 15_000;
/** ms without any message after a ping: the line is dead, whatever TCP believes */
const PONG_LIMIT = 8_000;
/** ms for connection, handshake and authentication */
const OPENING_LIMIT = 10_000;
/** ms that the signed authentication is valid; 1 s is too short on slow lines */
const AUTH_VALID = 10_000;
const BACK_OFF = { first: 1000, longest: 30_000 };
/** ms between two attempts at least: two sockets stay under 500 connections per 5 minutes */
export const SHORTEST_DISTANCE = 1300;
/** ms: a refused key is not offered again and again */
const REFUSED_PAUSE = { first: 30_000, longest: 600_000 };
/** attempts in a row: a network that is down for a moment is not worth a word */
const WORTH_A_WARNING = 5;
/** ms: a connection that lasted so long was a good one */
const GOOD = 5000;
const LARGEST = 4 * 1024 * 1024;

export type SocketMessage = Readonly<Record<string, unknown>>;

export interface SocketOptions {
  readonly url: string;
  /** for warnings: "order stream" … */
  readonly name: string;
  /** for warnings: what is done as long as it is down, a sentence without its final stop */
  readonly instead: string;
  readonly agent: Agent;
  readonly apiKey: string;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly time: Time;
  readonly clean: (text: string) => string;
  readonly warn: (text: string) => void;
  /** The key was let in. */
  readonly onReady: () => void;
  readonly onMessage: (message: SocketMessage) => void;
  /** The line is gone; another attempt follows by itself. */
  readonly onDown: () => void;
  /**
   * The exchange refused to let the key in.
   * @param aheadMs that the clock used for it was ahead of this machine's
   * @returns whether that clock was off, and no more is
   */
  readonly mendClock: (aheadMs: number) => Promise<boolean>;
}

export interface LiveSocket {
  /** @returns false when the line is down: nothing was sent */
  send(message: object): boolean;
  close(): void;
}

export function openSocket(options: SocketOptions): LiveSocket {
  const { time } = options;
  let line: Line | undefined;
  let retry: Timer | undefined;
  let closed = false;
  let failures = 0;
  let refusals = 0;
  let startedAt = -Infinity;
  /** attempts in a row that led nowhere */
  let inVain = 0;

  const attempt = () => {
    startedAt = time.now();
    let readyAt: number | undefined;
    line = openLine(options, {
      ready() {
        readyAt = time.now();
        refusals = 0;
        inVain = 0;
        options.onReady();
      },
      refused(why, aheadMs) {
        refusals += 1;
        inVain = 0;
        void options.mendClock(aheadMs).then((mended) => {
          if (closed || line !== undefined) return;
          if (mended) tryAgain();
          else if (refusals === 1) options.warn(refusedText(options, why));
        });
      },
      ended(why) {
        line = undefined;
        inVain += 1;
        if (inVain === WORTH_A_WARNING && !closed) options.warn(unreachedText(options, why));
        failures = readyAt !== undefined && time.now() - readyAt >= GOOD ? 0 : failures + 1;
        options.onDown();
        if (!closed) retry = time.after(pause(), attempt);
      },
    });
  };

  /** The signature was too old by a wrong clock: no fault of the key. */
  const tryAgain = () => {
    refusals = 0;
    retry?.cancel();
    retry = time.after(SHORTEST_DISTANCE, attempt);
  };

  const pause = () => {
    if (refusals > 0) return growing(REFUSED_PAUSE, refusals - 1) * (0.75 + time.random() / 4);
    const jittered = growing(BACK_OFF, failures) * time.random();
    return Math.max(jittered, startedAt + SHORTEST_DISTANCE - time.now());
  };

  attempt();
  return {
    send: (message) => line?.send(message) ?? false,
    close() {
      closed = true;
      retry?.cancel();
      line?.close();
    },
  };
}

function growing({ first, longest }: { first: number; longest: number }, times: number): number {
  return Math.min(first * 2 ** Math.min(times, 12), longest);
}

function refusedText({ name, instead }: SocketOptions, why: string): string {
  return `Bybit did not let the API key into the ${name} (${why}). ${instead} meanwhile.`;
}

function unreachedText({ name, instead }: SocketOptions, why: string): string {
  return `The ${name} of Bybit can not be reached (${why}). ${instead} meanwhile.`;
}

interface LineEvents {
  ready(): void;
  /** @param aheadMs of the clock that the authentication was signed with */
  refused(why: string, aheadMs: number): void;
  /** called once, also after a refusal. @param why a clause in words */
  ended(why: string): void;
}

interface Line {
  send(message: object): boolean;
  close(): void;
}

/** One connection from its opening to its end. */
function openLine(options: SocketOptions, events: LineEvents): Line {
  const { time, clean } = options;
  const socket = new WebSocket(options.url, {
    agent: options.agent,
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: LARGEST,
  });
  let timer = time.after(OPENING_LIMIT, () => end('no answer came in time'));
  let signedAheadMs = 0;
  let authenticated = false;
  let ended = false;

  const end = (why: string) => {
    if (ended) return;
    ended = true;
    timer.cancel();
    socket.removeAllListeners();
    // A socket that is cut while it connects still reports that as an error.
    socket.on('error', () => undefined);
    socket.terminate();
    events.ended(why);
  };
  const say = (message: object) => {
    if (socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  };
  const keepAlive = () => {
    timer.cancel();
    timer = time.after(PING_EVERY, () => {
      say({ op: 'ping' });
      timer = time.after(PONG_LIMIT, () => end('it fell silent'));
    });
  };
  const judgeAuth = (message: SocketMessage) => {
    if (message.success === true || message.retCode === 0) {
      authenticated = true;
      events.ready();
      return;
    }
    const told = message.ret_msg ?? message.retMsg;
    const why = clean(typeof told === 'string' && told !== '' ? told : 'no reason given');
    events.refused(why, signedAheadMs);
    end('the key was refused');
  };

  socket.on('open', () => {
    signedAheadMs = options.clock.now() - time.wall();
    say(authRequest(options));
  });
  socket.on('message', (data) => {
    const message = parse(data);
    if (message === undefined || ended) return;
    if (message.op === 'auth') judgeAuth(message);
    else if (message.op !== 'pong' && message.ret_msg !== 'pong') options.onMessage(message);
    if (authenticated) keepAlive();
  });
  socket.on('close', () => end('the connection broke'));
  socket.on('error', (error) => end(reasonOf(error)));
  return {
    send: (message) => authenticated && say(message),
    close: () => end('it was closed'),
  };
}

function authRequest({ apiKey, signer, clock }: SocketOptions): object {
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
