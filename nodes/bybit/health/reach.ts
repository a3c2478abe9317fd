/**
 * Whether the exchange answers over HTTP. Any answer tells; after one that failed it is asked for its
 * time (API section market/time, unsigned) until it answers again.
 */
import type { WireAnswer } from '../answers/meaning';
import type { Time, Timer } from '../time/time';
import { createHold, LASTING, type Hold } from './holds';

/**
 * ms for an answer: as long as silence must last to be told. A cancel would be heard of as well: it waits so
 * long by default, which is the usual recv window of 5 s for the way there, and as much for the way back.
 */
const LIMIT = LASTING;
/** ms from one look at a ban to the next: it can come of another account's request */
const LOOK = 1000;
/** ms from one question to the next */
const AGAIN = { first: 2000, later: 10_000 };
/** questions in a row that are asked at the faster pace */
const QUICK = 6;

export interface ReachOptions {
  readonly time: Time;
  /** Sends now or, where pacing or a ban forbids it, not at all; what comes of it is heard. */
  readonly probe: (limitMs: number) => Promise<unknown>;
  /** what a ban of the address keeps from being sent now, in a word; blank without one */
  readonly ban: () => string;
  readonly changed: () => void;
  /** It answers again. */
  readonly back: () => void;
}

export class Reach {
  private readonly hold: Hold;
  private timer: Timer | undefined;
  private looks: Timer | undefined;
  private lastBan = '';
  private asked = 0;
  private isAsking = false;

  constructor(private readonly options: ReachOptions) {
    this.hold = createHold(options.time, options.changed);
  }

  start(): void {
    this.lookAtBan();
    this.looks = this.options.time.after(LOOK, () => this.start());
    this.looks.unref?.();
  }

  /** An answer over HTTP, or none. */
  heard(wire: WireAnswer): void {
    if (wire.kind === 'reply') {
      if (this.hold.begun()) this.answers();
      return;
    }
    this.lookAtBan();
    this.hold.set(true);
    this.keepAsking();
  }

  /** A socket broke: perhaps all is down. */
  doubt(): void {
    if (this.timer === undefined && !this.isAsking) void this.ask();
  }

  /** There has been no answer for a while. */
  silent(): boolean {
    return this.hold.lasts();
  }

  stop(): void {
    this.stopAsking();
    this.looks?.cancel();
    this.hold.stop();
    this.lastBan = '';
  }

  private answers(): void {
    this.hold.set(false);
    this.stopAsking();
    this.options.back();
  }

  /** One at a time: what waits for slow answers must not use up the turns of the others. */
  private async ask(): Promise<void> {
    this.isAsking = true;
    await this.options.probe(LIMIT).catch(() => undefined);
    this.isAsking = false;
    this.keepAsking();
  }

  private keepAsking(): void {
    if (this.timer !== undefined || this.isAsking || !this.hold.begun()) return;
    this.timer = this.options.time.after(this.asked < QUICK ? AGAIN.first : AGAIN.later, () => {
      this.timer = undefined;
      this.asked += 1;
      void this.ask();
    });
    this.timer.unref?.();
  }

  private stopAsking(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.asked = 0;
  }

  private lookAtBan(): void {
    const now = this.options.ban();
    if (now === this.lastBan) return;
    this.lastBan = now;
    this.options.changed();
  }
}
