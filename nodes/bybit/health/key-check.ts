/**
 * Asks the exchange what it knows of the account's key (API section user/apikey-info): soon after the
 * first node follows, every six hours, and soon after a refusal. All of an account's nodes share it.
 * That this question is refused is no word on the key while another signed request is taken.
 */
import type { Reply } from '../answers/reply';
import { meaningOf, type Meaning } from '../answers/meaning';
import { factsOf } from '../answers/codes';
import { readKeyReport, UNTOLD } from '../answers/key-report';
import type { Time, Timer } from '../time/time';
import type { KeyStanding } from './health';

/** ms after a deploy, whose messages go first */
const FIRST = 900;
/** ms from one check to the next, and up to how much later it is, by chance */
const EVERY = 6 * 60 * 60 * 1000;
const JITTER = 30 * 60 * 1000;
/** ms before it is asked again where a cancel would fail, or nothing was said */
const AGAIN = { first: 5000, longest: 300_000 };
/** ms from a check to the next for a doubt: longer each time that it was for nothing */
const DISTANCE = { first: 500, longest: 60_000 };

export interface KeyCheck {
  standing(): KeyStanding;
  /** ms to the end of the key, where it has one */
  endsInMs(): number | undefined;
  start(): void;
  /** Something was said that the last answer does not fit: asks soon. */
  doubt(): void;
  /** Another signed request, or a socket, took the key or refused it. Cheap: it is called for each. */
  taken(yes: boolean): void;
  stop(): void;
}

export interface KeyCheckOptions {
  readonly time: Time;
  /** @returns `undefined` when nothing could be sent */
  readonly ask: () => Promise<Reply | undefined>;
  /** asks for something else with the key */
  readonly askOrder: () => Promise<Reply | undefined>;
  /** ms since the epoch, the exchange's clock */
  readonly exchangeNow: () => number;
  readonly clean: (text: string) => string;
  /** the refusal in words */
  readonly explain: (reply: Reply) => string;
  /** Whether the last answer leaves all that follow able to cancel. */
  readonly isWell: () => boolean;
  readonly changed: () => void;
}

export function createKeyCheck(options: KeyCheckOptions): KeyCheck {
  return new RecordCheck(options);
}

class RecordCheck implements KeyCheck {
  private known: KeyStanding = { kind: 'unknown' };
  private timer: Timer | undefined;
  private dueAt = Infinity;
  private askedAt = -Infinity;
  private failures = 0;
  private doubts = 0;
  private wasDenied = false;
  /** the start whose check makes another signed request now: what that says raises no doubt */
  private askingOrder: number | undefined;
  /** the last word of other signed requests since the last check */
  private lastWord: boolean | undefined;
  /** counts the starts: what an earlier one asked for is of no interest */
  private era = 0;

  constructor(private readonly options: KeyCheckOptions) {}

  standing(): KeyStanding {
    return this.known;
  }

  endsInMs(): number | undefined {
    const { known } = this;
    const expiresAt = known.kind === 'accepted' ? known.report.expiresAt : undefined;
    return expiresAt === undefined ? undefined : expiresAt - this.options.exchangeNow();
  }

  start(): void {
    this.era += 1;
    this.failures = 0;
    // What was known when the last node let go can have changed since.
    this.known = { kind: 'unknown' };
    this.lastWord = undefined;
    this.wasDenied = false;
    this.plan(FIRST);
  }

  taken(yes: boolean): void {
    this.lastWord = yes;
    if (!yes || this.known.kind !== 'refused') return;
    this.known = { kind: 'withheld' };
    this.options.changed();
  }

  doubt(): void {
    if (this.timer === undefined || this.askingOrder === this.era) return;
    const now = this.options.time.now();
    const sinceMs = now - this.askedAt;
    if (sinceMs > DISTANCE.longest) this.doubts = 0;
    const distance = Math.min(DISTANCE.first * 2 ** Math.min(this.doubts, 10), DISTANCE.longest);
    const wait = Math.max(0, distance - sinceMs);
    if (now + wait < this.dueAt) this.plan(wait);
  }

  stop(): void {
    this.era += 1;
    this.timer?.cancel();
    this.timer = undefined;
    this.dueAt = Infinity;
  }

  private plan(ms: number): void {
    const { time } = this.options;
    this.timer?.cancel();
    this.dueAt = time.now() + ms;
    this.timer = time.after(ms, () => void this.check());
    this.timer.unref?.();
  }

  private async check(): Promise<void> {
    const { time, ask, changed } = this.options;
    const asking = this.era;
    this.askedAt = time.now();
    this.dueAt = Infinity;
    const reply = await ask().catch(() => undefined);
    if (asking !== this.era || this.isFirstDenial(reply)) return;
    const { found, left } = await this.judge(reply);
    if (asking !== this.era) return;
    const isNews = found !== undefined && found.kind !== this.known.kind;
    this.doubts = isNews ? 0 : this.doubts + 1;
    this.lastWord = undefined;
    this.known = found ?? left;
    this.planNext(found !== undefined && this.options.isWell());
    changed();
  }

  /** A gateway can refuse one request of many: it is asked once more. */
  private isFirstDenial(reply: Reply | undefined): boolean {
    const isDenied = reply !== undefined && meaningOf(reply.wire) === 'denied';
    const isFirst = isDenied && !this.wasDenied;
    this.wasDenied = isFirst;
    if (isFirst && this.dueAt === Infinity) this.plan(DISTANCE.first);
    return isFirst;
  }

  private planNext(isWell: boolean): void {
    this.failures = isWell ? 0 : this.failures + 1;
    if (this.dueAt < Infinity) return;
    const jitter = JITTER * this.options.time.random();
    this.plan(isWell ? EVERY + jitter : pauseAfter(this.failures));
  }

  /** What an answer tells of the key, and what else is left of what was known. */
  private async judge(reply: Reply | undefined): Promise<Judged> {
    const found = reply && standingOf(reply, this.options);
    if (reply === undefined || found?.kind === 'accepted') return { found, left: this.known };
    const isTaken = reply.wire.kind === 'failure' ? undefined : await this.otherWord(found);
    if (found?.kind === 'untold' || (found?.kind === 'refused' && isTaken === false)) {
      return { found, left: this.known };
    }
    const { kind } = this.known;
    const isOpen = UNSETTLED.has(kind) || (kind === 'refused' && isTaken);
    const isAnswered = reply.wire.kind === 'reply' || isTaken !== undefined;
    return {
      found: undefined,
      left: isOpen ? { kind: isAnswered ? 'withheld' : 'unanswered' } : this.known,
    };
  }

  /** Whether other signed requests take the key: one is made if none was since the last check. */
  private async otherWord(found: KeyStanding | undefined): Promise<boolean | undefined> {
    const { lastWord } = this;
    if (lastWord === true || (lastWord === false && found?.kind === 'refused')) return lastWord;
    const { era } = this;
    this.askingOrder = era;
    const order = await this.options.askOrder().catch(() => undefined);
    if (this.askingOrder === era) this.askingOrder = undefined;
    return order && takesKey(order);
  }
}

function pauseAfter(failures: number): number {
  return Math.min(AGAIN.first * 2 ** Math.min(failures - 1, 10), AGAIN.longest);
}

/** What an answer came to. */
interface Judged {
  /** told by it */
  readonly found: KeyStanding | undefined;
  /** what holds where it told nothing */
  readonly left: KeyStanding;
}

/** What is known holds while nothing else is told. */
const UNSETTLED: ReadonlySet<KeyStanding['kind']> = new Set(['unknown', 'unanswered', 'withheld']);

/** @returns `undefined` when the answer says nothing of the key */
function takesKey({ wire }: Reply): boolean | undefined {
  const meaning = meaningOf(wire);
  if (meaning === 'accepted') return true;
  if (isRefusal(meaning)) {
    // Only a key that is known can lack a permission.
    return wire.kind === 'reply' && factsOf(wire.retCode)?.finding === 'permission';
  }
  return undefined;
}

/** The clock has been measured by then, and is refused all the same. */
function isRefusal(meaning: Meaning): boolean {
  return meaning === 'unauthorized' || meaning === 'denied' || meaning === 'clock';
}

/** @returns `undefined` when the answer says nothing of the key */
function standingOf(reply: Reply, options: KeyCheckOptions): KeyStanding | undefined {
  const { wire } = reply;
  const meaning = meaningOf(wire);
  if (meaning === 'accepted') {
    const now = reply.serverTime ?? options.exchangeNow();
    const report = readKeyReport(reply.result, options.clean, now);
    return report === undefined ? { kind: 'untold' } : { kind: 'accepted', report };
  }
  if (wire.kind === 'reply' && UNTOLD.includes(wire.retCode)) return { kind: 'untold' };
  if (!isRefusal(meaning)) return undefined;
  const expired = wire.kind === 'reply' && factsOf(wire.retCode)?.finding === 'expired';
  return { kind: 'refused', expired, why: options.explain(reply) };
}
