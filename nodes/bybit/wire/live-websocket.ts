/**
 * An authenticated WebSocket that stays up: it is opened and authenticated again whenever it is down.
 * What is said over it is the business of who opens it.
 */
import { Attempts, SHORTEST_DISTANCE } from './attempts';
import { openWebSocket, type OpenWebSocket, type WebSocketOptions } from './websocket';
import type { Timer } from '../time/time';

export type { SocketMessage } from './websocket';

/** attempts in a row: a network that is down for a moment is not worth a word */
const WORTH_A_WARNING = 5;

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
  return new ReopenedWebSocket(options);
}

class ReopenedWebSocket implements LiveWebSocket {
  private readonly attempts: Attempts;
  private readonly outage: Outage;
  /** missing while it is down */
  private websocket: OpenWebSocket | undefined;
  private retry: Timer | undefined;
  private closed = false;

  constructor(private readonly options: LiveWebSocketOptions) {
    this.attempts = new Attempts(options.time);
    this.outage = new Outage(options);
    this.attempt();
  }

  send(message: object): boolean {
    return this.websocket?.send(message) ?? false;
  }

  wake(takesKey: boolean): void {
    this.attempts.forgetFailures();
    if (this.closed || this.websocket !== undefined) return;
    if (this.attempts.refusals > 0 && !takesKey) return;
    this.attemptIn(Math.max(0, this.attempts.untilAllowed()));
  }

  close(): void {
    this.closed = true;
    this.retry?.cancel();
    this.websocket?.close();
  }

  private attemptIn(ms: number): void {
    this.retry?.cancel();
    this.retry = this.options.time.after(ms, () => this.attempt());
  }

  private attempt(): void {
    this.attempts.started();
    this.websocket = openWebSocket(this.options, {
      ready: () => {
        this.attempts.ready();
        this.outage.ended();
        this.options.onReady();
      },
      refused: (why, aheadMs) => this.refused(why, aheadMs),
      ended: ({ reason }) => this.ended(reason),
    });
  }

  private refused(why: string, aheadMs: number): void {
    this.attempts.refused();
    this.outage.answered();
    void this.options.mendClock(aheadMs).then((mended) => {
      if (this.closed || this.websocket !== undefined) return;
      if (mended) {
        this.attempts.forgetRefusals();
        this.attemptIn(SHORTEST_DISTANCE);
        return;
      }
      this.options.onRefused?.();
      if (this.attempts.refusals === 1) this.outage.keyRefused(why);
    });
  }

  private ended(why: string): void {
    this.websocket = undefined;
    if (!this.closed) this.outage.attemptFailed(why);
    this.attempts.ended();
    this.options.onDown();
    if (!this.closed) this.attemptIn(this.attempts.pause());
  }
}

/** What the log is told of an outage: not of a short one, and of its end only where it was warned of. */
class Outage {
  /** attempts in a row that led nowhere */
  private inVain = 0;
  private isWarnedOf = false;

  constructor(private readonly options: LiveWebSocketOptions) {}

  attemptFailed(why: string): void {
    this.inVain += 1;
    if (this.inVain === WORTH_A_WARNING) this.warn(unreachedText(this.options, why));
  }

  /** The exchange answered, and refused the key. */
  answered(): void {
    this.inVain = 0;
  }

  /** No clock explains it. */
  keyRefused(why: string): void {
    this.warn(refusedText(this.options, why));
  }

  ended(): void {
    this.inVain = 0;
    if (this.isWarnedOf) this.options.inform?.(`The ${this.options.name} of Bybit is back.`);
    this.isWarnedOf = false;
  }

  private warn(text: string): void {
    this.isWarnedOf = true;
    this.options.warn(text);
  }
}

function refusedText({ name, instead }: LiveWebSocketOptions, why: string): string {
  return `Bybit did not let the API key into the ${name} (${why}). ${instead} meanwhile.`;
}

function unreachedText({ name, instead }: LiveWebSocketOptions, why: string): string {
  return `The ${name} of Bybit can't be reached (${why}). ${instead} meanwhile.`;
}
