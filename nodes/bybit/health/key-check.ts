/**
 * Asks the exchange what it knows of the account's key (API section user/apikey-info): soon after the
 * first node follows, every six hours, and soon after a refusal. All of an account's nodes share it.
 * That this question is refused is no word on the key while another signed request is taken.
 */
import type { RestAnswer } from '../wire/http';
import { meaningOf, type Meaning } from '../answers/meaning';
import { factsOf } from '../answers/codes';
import { readKeyReport, UNTOLD } from '../checks/key-report';
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
  readonly standing: () => KeyStanding;
  /** ms to the end of the key, where it has one */
  readonly endsInMs: () => number | undefined;
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
  readonly ask: () => Promise<RestAnswer | undefined>;
  /** asks for something else with the key */
  readonly askOrder: () => Promise<RestAnswer | undefined>;
  /** ms since the epoch, the exchange's clock */
  readonly exchangeNow: () => number;
  readonly clean: (text: string) => string;
  /** the refusal in words */
  readonly explain: (answer: RestAnswer) => string;
  /** Whether the last answer leaves all that follow able to cancel. */
  readonly isWell: () => boolean;
  readonly changed: () => void;
}

export function createKeyCheck(options: KeyCheckOptions): KeyCheck {
  const { time, ask, exchangeNow, changed } = options;
  let standing: KeyStanding = { kind: 'unknown' };
  let timer: Timer | undefined;
  let dueAt = Infinity;
  let askedAt = -Infinity;
  let failures = 0;
  let doubts = 0;
  let wasDenied = false;
  /** the last word of other signed requests since the last check */
  let lastWord: boolean | undefined;
  /** counts the starts: what an earlier one asked for is of no interest */
  let era = 0;

  const plan = (ms: number) => {
    timer?.cancel();
    dueAt = time.now() + ms;
    timer = time.after(ms, () => void check());
    timer.unref?.();
  };
  const check = async () => {
    const asking = era;
    askedAt = time.now();
    dueAt = Infinity;
    const answer = await ask().catch(() => undefined);
    if (asking !== era) return;
    // A gateway can refuse one request of many.
    const isDenied = answer !== undefined && meaningOf(answer.wire) === 'denied';
    if (isDenied && !wasDenied) {
      wasDenied = true;
      if (dueAt === Infinity) plan(DISTANCE.first);
      return;
    }
    wasDenied = false;
    const { found, left } = await judge(answer);
    if (asking !== era) return;
    doubts = found === undefined || found.kind === standing.kind ? doubts + 1 : 0;
    lastWord = undefined;
    standing = found ?? left;
    const isWell = found !== undefined && options.isWell();
    failures = isWell ? 0 : failures + 1;
    if (dueAt === Infinity) plan(isWell ? EVERY + JITTER * time.random() : pauseAfter(failures));
    changed();
  };
  /** What an answer tells of the key, and what else is left of what was known. */
  const judge = async (answer: RestAnswer | undefined): Promise<Judged> => {
    const found = answer && standingOf(answer, options);
    if (answer === undefined || found?.kind === 'accepted') return { found, left: standing };
    const isTaken = answer.wire.kind === 'failure' ? undefined : await otherWord(found);
    if (found?.kind === 'untold' || (found?.kind === 'refused' && isTaken === false)) {
      return { found, left: standing };
    }
    const isOpen = UNSETTLED.has(standing.kind) || (standing.kind === 'refused' && isTaken);
    const isAnswered = answer.wire.kind === 'reply' || isTaken !== undefined;
    return {
      found: undefined,
      left: isOpen ? { kind: isAnswered ? 'withheld' : 'unanswered' } : standing,
    };
  };
  /** Whether other signed requests take the key: one is made if none was since the last check. */
  const otherWord = async (found: KeyStanding | undefined): Promise<boolean | undefined> => {
    if (lastWord === true || (lastWord === false && found?.kind === 'refused')) return lastWord;
    const order = await options.askOrder().catch(() => undefined);
    return order && takesKey(order);
  };
  return {
    standing: () => standing,
    endsInMs() {
      const expiresAt = standing.kind === 'accepted' ? standing.report.expiresAt : undefined;
      return expiresAt === undefined ? undefined : expiresAt - exchangeNow();
    },
    start() {
      era += 1;
      failures = 0;
      // What was known when the last node let go can have changed since.
      standing = { kind: 'unknown' };
      lastWord = undefined;
      wasDenied = false;
      plan(FIRST);
    },
    taken(yes) {
      lastWord = yes;
      if (!yes || standing.kind !== 'refused') return;
      standing = { kind: 'withheld' };
      changed();
    },
    doubt() {
      if (timer === undefined) return;
      const sinceMs = time.now() - askedAt;
      if (sinceMs > DISTANCE.longest) doubts = 0;
      const distance = Math.min(DISTANCE.first * 2 ** Math.min(doubts, 10), DISTANCE.longest);
      const wait = Math.max(0, distance - sinceMs);
      if (time.now() + wait < dueAt) plan(wait);
    },
    stop() {
      era += 1;
      timer?.cancel();
      timer = undefined;
      dueAt = Infinity;
    },
  };
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
function takesKey({ wire }: RestAnswer): boolean | undefined {
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
function standingOf(answer: RestAnswer, options: KeyCheckOptions): KeyStanding | undefined {
  const { wire } = answer;
  const meaning = meaningOf(wire);
  if (meaning === 'accepted') {
    const now = answer.serverTime ?? options.exchangeNow();
    const report = readKeyReport(answer.result, options.clean, now);
    return report === undefined ? { kind: 'untold' } : { kind: 'accepted', report };
  }
  if (wire.kind === 'reply' && UNTOLD.includes(wire.retCode)) return { kind: 'untold' };
  if (!isRefusal(meaning)) return undefined;
  const expired = wire.kind === 'reply' && factsOf(wire.retCode)?.finding === 'expired';
  return { kind: 'refused', expired, why: options.explain(answer) };
}
