/** Pings an open WebSocket, and notices when nothing comes back. */
import type { Time, Timer } from '../time/time';

/** ms, whatever else is said: the exchange asks for a ping at least every 20 s */
const PING_EVERY = 15_000;
/** ms without any message after a ping: the line is dead, whatever TCP believes */
const PONG_LIMIT = 8_000;

export interface HeartbeatOptions {
  readonly time: Time;
  readonly ping: () => void;
  readonly onSilence: () => void;
}

export class Heartbeat {
  private isHeard = false;
  private timer: Timer | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  start(): void {
    // Told twice that it is open, it still pings once.
    this.stop();
    this.timer = this.options.time.after(PING_EVERY, this.ping);
  }

  /** A message came, of any kind. */
  heard(): void {
    this.isHeard = true;
  }

  stop(): void {
    this.timer?.cancel();
  }

  private readonly ping = () => {
    const { time, ping, onSilence } = this.options;
    this.isHeard = false;
    ping();
    this.timer = time.after(PONG_LIMIT, () => {
      if (this.isHeard) this.timer = time.after(PING_EVERY - PONG_LIMIT, this.ping);
      else onSilence();
    });
  };
}
