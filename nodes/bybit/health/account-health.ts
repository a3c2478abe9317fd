/**
 * The health of one account, for all nodes that use it: gathered from what is seen anyway (answers,
 * sockets) and from what the exchange tells of the key. It never sends or delays a cancel.
 */
import { banText } from '../limits/bans';
import { explain, type Circumstances } from '../answers/explain';
import { factsOf, type CodeFinding } from '../answers/codes';
import type { Meaning, WireAnswer } from '../answers/meaning';
import type { Category, Transport } from '../model';
import type { KeyReport } from '../checks/key-report';
import type { RestAnswer } from '../wire/http';
import type { Timer, Time } from '../time/time';
import { createCalendar } from './calendar';
import { createFollowers, type TellHealth } from './followers';
import { codeOf, isRed, type Facts, type KeyStanding, type Needs } from './health';
import { createLineHold } from './holds';
import { createKeyCheck } from './key-check';
import { createReach } from './reach';
import { createTelling, type TellOptions } from './telling';
import { createTrials } from './trials';

/** ms after which what is still unknown counts as a failure */
const PATIENCE = 30_000;

/** What the account's traffic shows. Cheap: it is called for each answer. */
export interface Signals {
  /**
   * @param signed whether the request was made with the key, other than to learn of the key itself
   * @param cancelled of a single cancel: the category of its order
   */
  readonly answered: (
    meaning: Meaning,
    answer: RestAnswer,
    transport: Transport,
    signed: boolean,
    cancelled?: Category,
  ) => void;
  readonly stream: (up: boolean) => void;
  readonly entry: (up: boolean) => void;
  /** A WebSocket accepted or refused the key. */
  readonly admitted: (yes: boolean) => void;
}

export interface AccountHealth {
  readonly signals: Signals;
  /** @returns ends it for this follower */
  follow(needs: Needs, tell: TellHealth): () => void;
  /** In which categories the key may cancel; `undefined` while its record is not known. */
  mayCancel(): KeyReport['mayCancel'] | undefined;
  close(): void;
}

export interface HealthOptions extends TellOptions {
  readonly time: Time;
  readonly transport: Transport;
  /** who is asked over HTTP, for words */
  readonly at: Circumstances;
  /** asks for the key's record */
  readonly askKey: () => Promise<RestAnswer | undefined>;
  /** asks for something else with the key */
  readonly askOrder: () => Promise<RestAnswer | undefined>;
  /** asks for the exchange's time, if that may be sent now */
  readonly probe: (limitMs: number) => Promise<unknown>;
  /** ms, monotonic: the end of a ban that keeps cancels from being sent */
  readonly bannedUntil: () => number | undefined;
  /** the same of all that goes over HTTP */
  readonly httpBannedUntil: () => number | undefined;
  readonly entryUp: () => boolean;
  readonly streamUp: () => boolean;
  /** Opens WebSockets that are down: the exchange answers again, or `takesKey` again. */
  readonly wake: (takesKey: boolean) => void;
  /** Opens the order stream where the key's record can't be had: its login shows whether the key works. @returns ends it */
  readonly followStream: () => () => void;
  readonly exchangeNow: () => number;
  readonly clean: (text: string) => string;
}

export function createHealth(options: HealthOptions): AccountHealth {
  const { time, transport, at, bannedUntil } = options;
  const followers = createFollowers();
  const telling = createTelling(options);
  let evaluation: Timer | undefined;
  let patience: Timer | undefined;
  let patient = true;
  let isKeyBad = false;
  let admitted: boolean | undefined;
  let endStream: (() => void) | undefined;

  const facts = (): Facts => ({
    key: key.standing(),
    endsInMs: key.endsInMs(),
    admitted,
    tried: trials.lately(),
    silent: reach.silent() || options.httpBannedUntil() !== undefined,
    barred: bannedUntil() !== undefined,
    stream: stream.state(),
    entry: transport === 'websocket' ? entry.state() : undefined,
    patient,
  });
  const evaluate = () => {
    evaluation = undefined;
    const known = facts();
    const wasKeyBad = isKeyBad;
    isKeyBad = isBad(known);
    if (wasKeyBad && !isKeyBad) options.wake(true);
    followers.tell(known);
    telling.tell(known, followers.needs(), banWords());
    followStreamFor(known);
    calendar.look(known.endsInMs);
  };
  /** What changes in one turn is told once. */
  const changed = () => {
    if (followers.count() > 0) evaluation ??= time.after(0, evaluate);
  };
  /** Whether the key keeps a follower from cancelling. */
  const isBad = (known: Facts) =>
    followers
      .needs()
      .some((needs) => isRed(codeOf({ ...known, silent: false, barred: false }, needs)));
  const followStreamFor = ({ key: { kind } }: Facts) => {
    if (RECORDLESS.has(kind)) endStream ??= options.followStream();
    else if (kind === 'accepted') letStreamGo();
  };
  const letStreamGo = () => {
    endStream?.();
    endStream = undefined;
  };
  const banWords = () => {
    const until = options.httpBannedUntil() ?? bannedUntil();
    return until === undefined ? undefined : banText(at.host, until, time);
  };
  const stream = createLineHold(time, changed);
  const entry = createLineHold(time, changed);
  const reach = createReach({
    ...{ time, changed },
    probe: options.probe,
    back: () => options.wake(false),
    ban: () => `${bannedUntil() ?? ''} ${options.httpBannedUntil() ?? ''}`,
  });
  const key = createKeyCheck({
    ...{ time, changed },
    ask: options.askKey,
    askOrder: options.askOrder,
    exchangeNow: options.exchangeNow,
    clean: options.clean,
    explain: ({ wire }) => explain(wire, at),
    isWell: () => !isBad(facts()),
  });

  const trials = createTrials(time, changed);
  const calendar = createCalendar(time, changed, () => key.doubt());

  const start = () => {
    patient = true;
    patience = unref(
      time.after(PATIENCE, () => {
        patient = false;
        changed();
      }),
    );
    reach.start();
    const isEntryUp = options.entryUp();
    if (isEntryUp) admitted = true;
    if (isEntryUp) entry.up();
    else if (transport === 'websocket') entry.open();
    key.start();
  };
  const stop = () => {
    for (const timer of [evaluation, patience]) timer?.cancel();
    evaluation = undefined;
    for (const part of [stream, entry, reach, key, calendar]) part.stop();
    trials.forget();
    letStreamGo();
    isKeyBad = false;
    admitted = undefined;
  };

  return {
    follow(needs, tell) {
      const end = followers.add(needs, tell);
      if (followers.count() === 1) start();
      if (needs.confirm && followers.confirming() === 1) openStream();
      changed();
      return () => {
        if (!end()) return;
        if (needs.confirm && followers.confirming() === 0) stream.stop();
        if (followers.count() === 0) stop();
      };
    },
    signals: {
      answered(meaning, { wire }, over, signed, cancelled) {
        if (followers.count() === 0) return;
        if (over === 'http') reach.heard(wire);
        // Answers to the check of the key are read in key-check.ts.
        if (!signed) return;
        const isRefusal = meaning === 'unauthorized' || meaning === 'denied';
        if (isRefusal || (isKeyBad && meaning === 'accepted')) key.doubt();
        if (meaning === 'accepted') admit(true);
        else if (isOfKey(wire)) admit(false);
        // What its record says goes first.
        if (cancelled === undefined || key.standing().kind === 'accepted') return;
        trials.heard(cancelled, meaning, wire);
      },
      stream: (up) => heardOf(stream, up),
      entry: (up) => heardOf(entry, up),
      admitted(yes) {
        if (!yes || isKeyBad) key.doubt();
        admit(yes);
      },
    },
    mayCancel() {
      const standing = key.standing();
      return standing.kind === 'accepted' ? standing.report.mayCancel : undefined;
    },
    close() {
      followers.clear();
      stop();
    },
  };

  function admit(yes: boolean): void {
    key.taken(yes);
    if (admitted === yes) return;
    admitted = yes;
    if (!yes) trials.forget();
    changed();
  }

  /** The stream is opened with the first node that confirms, and closed with the last one. */
  function openStream(): void {
    stream.stop();
    if (options.streamUp()) stream.up();
    else stream.open();
  }

  function heardOf(line: typeof stream, up: boolean): void {
    if (followers.count() === 0) return;
    if (up) line.up();
    else {
      line.down();
      reach.doubt();
    }
  }
}

/** What is known of the key without its record. */
const RECORDLESS: ReadonlySet<KeyStanding['kind']> = new Set(['unanswered', 'withheld', 'untold']);

/** Whether the key itself is refused, and not what was asked for with it. */
function isOfKey(wire: WireAnswer): boolean {
  const finding = wire.kind === 'reply' ? factsOf(wire.retCode)?.finding : undefined;
  return finding !== undefined && OF_KEY.has(finding);
}

const OF_KEY: ReadonlySet<CodeFinding> = new Set(['environment', 'signature', 'ip', 'expired']);

/** A timer for a status must not keep the process alive. */
function unref(timer: Timer): Timer {
  timer.unref?.();
  return timer;
}
