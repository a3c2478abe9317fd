/**
 * An authenticated WebSocket that stays up: back-off with full jitter, re-authentication. What is
 * said over it is the business of who opens it.
 */
import { openWebSocket, type OpenWebSocket, type WebSocketOptions } from './websocket';
import type { Timer } from '../time/time';

export type { SocketMessage } from './websocket';

const BACK_OFF = { first: 1000, longest: 30_000 };
/** ms between two attempts at least: two sockets stay under 500 connections per 5 minutes */
export const SHORTEST_DISTANCE = 1300;
/** ms: a refused key is not offered again and again */
const REFUSED_PAUSE = { first: 30_000, longest: 600_000 };
/** attempts in a row: a network that is down for a moment is not worth a word */
const WORTH_A_WARNING = 5;
/** ms: a connection that lasted so long was a good one */
const GOOD = 5000;

export interface LiveWebSocketOptions extends WebSocketOptions {
  /** for warnings: "order stream" … */
  readonly name: string;
  /** for warnings: what is done as long as it is down, a sentence without its final stop */
  readonly instead: string;
  readonly warn: (text: string) => void;
  /** The key was let in. */
  readonly onReady: () => void;
  /** The line is gone; another attempt follows by itself. */
  readonly onDown: () => void;
  /** The key was refused, and no clock explains it. */
  readonly onRefused?: () => void;
  /** Told that the line is back, where it was warned of. */
  readonly inform?: (text: string) => void;
  /**
   * The exchange refused to let the key in.
   * @param aheadMs that the clock used for it was ahead of this machine's
   * @returns whether that clock was off, and no more is
   */
  readonly mendClock: (aheadMs: number) => Promise<boolean>;
}

export interface LiveWebSocket {
  /** @returns false when the line is down: nothing was sent */
  send(message: object): boolean;
  /**
   * The exchange answers again elsewhere: tries now, if the line is down.
   * @param takesKey whether it takes the key again; without that, a refused key is not offered sooner
   */
  wake(takesKey: boolean): void;
  close(): void;
}

export function openLiveWebSocket(options: LiveWebSocketOptions): LiveWebSocket {
  const { time } = options;
  let line: OpenWebSocket | undefined;
  let retry: Timer | undefined;
  let closed = false;
  let failures = 0;
  let refusals = 0;
  let startedAt = -Infinity;
  /** attempts in a row that led nowhere */
  let inVain = 0;
  let isWarnedOf = false;

  const warn = (text: string) => {
    isWarnedOf = true;
    options.warn(text);
  };
  const wellAgain = () => {
    if (isWarnedOf) options.inform?.(`The ${options.name} of Bybit is back.`);
    isWarnedOf = false;
  };
  const attempt = () => {
    startedAt = time.now();
    let readyAt: number | undefined;
    line = openWebSocket(options, {
      ready() {
        readyAt = time.now();
        refusals = 0;
        inVain = 0;
        wellAgain();
        options.onReady();
      },
      refused(why, aheadMs) {
        refusals += 1;
        inVain = 0;
        void options.mendClock(aheadMs).then((mended) => {
          if (closed || line !== undefined) return;
          if (mended) tryAgain();
          else {
            options.onRefused?.();
            if (refusals === 1) warn(refusedText(options, why));
          }
        });
      },
      ended({ reason: why }) {
        line = undefined;
        inVain += 1;
        if (inVain === WORTH_A_WARNING && !closed) warn(unreachedText(options, why));
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
  const wake = (takesKey: boolean) => {
    failures = 0;
    if (closed || line !== undefined || (refusals > 0 && !takesKey)) return;
    retry?.cancel();
    retry = time.after(Math.max(0, startedAt + SHORTEST_DISTANCE - time.now()), attempt);
  };

  const pause = () => {
    if (refusals > 0) return growing(REFUSED_PAUSE, refusals - 1) * (0.75 + time.random() / 4);
    const jittered = growing(BACK_OFF, failures) * time.random();
    return Math.max(jittered, startedAt + SHORTEST_DISTANCE - time.now());
  };

  attempt();
  return {
    send: (message) => line?.send(message) ?? false,
    wake,
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

function refusedText({ name, instead }: LiveWebSocketOptions, why: string): string {
  return `Bybit did not let the API key into the ${name} (${why}). ${instead} meanwhile.`;
}

function unreachedText({ name, instead }: LiveWebSocketOptions, why: string): string {
  return `The ${name} of Bybit can't be reached (${why}). ${instead} meanwhile.`;
}
