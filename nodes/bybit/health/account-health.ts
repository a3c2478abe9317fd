/**
 * The health of one account, for all nodes that use it: gathered from what is seen anyway (answers,
 * sockets) and from what the exchange tells of the key. It never sends or delays a cancel.
 */
import { banText } from '../answers/ban-text';
import { explain } from '../answers/explain';
import type { Meaning } from '../answers/meaning';
import type { Category, Transport } from '../model';
import type { KeyReport } from '../answers/key-report';
import type { Reply } from '../answers/reply';
import type { Timer } from '../time/time';
import { createCalendar, type Calendar } from './calendar';
import { createFollowers, type TellHealth } from './followers';
import { codeOf, isRed, type Facts, type KeyStanding, type Needs } from './health';
import type { HealthPort } from './health-port';
import { createLineHold, type LineHold } from './holds';
import { createKeyCheck, type KeyCheck } from './key-check';
import { Reach } from './reach';
import { isOfKey, type Signals } from './signals';
import { createTelling, type Telling } from './telling';
import { createTrials, type Trials } from './trials';

/** ms after which what is still unknown counts as a failure */
const PATIENCE = 30_000;

export interface AccountHealth {
  readonly signals: Signals;
  /** @returns ends it for this follower */
  follow(needs: Needs, tell: TellHealth): () => void;
  /** In which categories the key may cancel; `undefined` while its record is not known. */
  mayCancel(): KeyReport['mayCancel'] | undefined;
  close(): void;
}

export function createHealth(options: HealthPort): AccountHealth {
  return new GatheredHealth(options);
}

class GatheredHealth implements AccountHealth {
  readonly signals: Signals = {
    answered: (meaning, reply, over, signed, cancelled) =>
      this.answered(meaning, reply, over, signed, cancelled),
    stream: (up) => this.heardOf(this.stream, up),
    entry: (up) => this.heardOf(this.entry, up),
    admitted: (yes) => {
      if (!yes || this.isKeyBad) this.key.doubt();
      this.admit(yes);
    },
  };
  private readonly followers = createFollowers();
  private readonly telling: Telling;
  private readonly stream: LineHold;
  private readonly entry: LineHold;
  private readonly reach: Reach;
  private readonly key: KeyCheck;
  private readonly trials: Trials;
  private readonly calendar: Calendar;
  private evaluation: Timer | undefined;
  private patience: Timer | undefined;
  private patient = true;
  private wasPatient = true;
  private isKeyBad = false;
  private admitted: boolean | undefined;
  private endStream: (() => void) | undefined;

  constructor(private readonly options: HealthPort) {
    const { time, bannedUntil, httpBannedUntil, clean, exchangeNow, at } = options;
    const changed = () => this.changed();
    this.telling = createTelling(options);
    this.stream = createLineHold(time, changed);
    this.entry = createLineHold(time, changed);
    this.reach = new Reach({
      ...{ time, changed, probe: options.probe },
      back: () => options.wake(false),
      ban: () => `${bannedUntil() ?? ''} ${httpBannedUntil() ?? ''}`,
    });
    this.key = createKeyCheck({
      ...{ time, changed, ask: options.askKey, askOrder: options.askOrder, exchangeNow, clean },
      explain: ({ wire }) => explain(wire, at),
      isWell: () => !this.isBad(this.facts()),
    });
    this.trials = createTrials(time, changed);
    this.calendar = createCalendar(time, changed, () => this.key.doubt());
  }

  follow(needs: Needs, tell: TellHealth): () => void {
    const { followers } = this;
    const end = followers.add(needs, tell);
    if (followers.count() === 1) this.start();
    if (needs.confirm && followers.confirming() === 1) this.openStream();
    this.changed();
    return () => {
      if (!end()) return;
      if (needs.confirm && followers.confirming() === 0) this.stream.stop();
      if (followers.count() === 0) this.stop();
    };
  }

  mayCancel(): KeyReport['mayCancel'] | undefined {
    const standing = this.key.standing();
    return standing.kind === 'accepted' ? standing.report.mayCancel : undefined;
  }

  close(): void {
    this.followers.clear();
    this.stop();
  }

  private answered(
    meaning: Meaning,
    { wire }: Reply,
    over: Transport,
    signed: boolean,
    cancelled: Category | undefined,
  ): void {
    if (this.followers.count() === 0) return;
    if (over === 'http') this.reach.heard(wire);
    // Answers to the check of the key are read in key-check.ts.
    if (!signed) return;
    const isRefusal = meaning === 'unauthorized' || meaning === 'denied';
    if (isRefusal || (this.isKeyBad && meaning === 'accepted')) this.key.doubt();
    if (meaning === 'accepted') this.admit(true);
    else if (isOfKey(wire)) this.admit(false);
    // What its record says goes first.
    if (cancelled === undefined || this.key.standing().kind === 'accepted') return;
    this.trials.heard(cancelled, meaning, wire);
  }

  private admit(yes: boolean): void {
    this.key.taken(yes);
    if (this.admitted === yes) return;
    this.admitted = yes;
    if (!yes) this.trials.forget();
    this.changed();
  }

  private heardOf(line: LineHold, up: boolean): void {
    if (this.followers.count() === 0) return;
    if (up) line.up();
    else {
      line.down();
      this.reach.doubt();
    }
  }

  /** What changes in one turn is told once. */
  private changed(): void {
    if (this.followers.count() > 0) {
      this.evaluation ??= this.options.time.after(0, () => this.evaluate());
    }
  }

  private evaluate(): void {
    this.evaluation = undefined;
    const known = this.facts();
    const wasKeyBad = this.isKeyBad;
    this.isKeyBad = this.isBad(known);
    if (wasKeyBad && !this.isKeyBad) this.options.wake(true);
    // What was waited for did not come: the next check is not for hours.
    if (this.wasPatient && !known.patient && this.isKeyBad) this.key.doubt();
    this.wasPatient = known.patient;
    if (known.key.kind === 'accepted') this.trials.clear();
    this.followers.tell(known);
    this.telling.tell(known, this.followers.needs(), this.banWords());
    this.followStreamFor(known);
    this.calendar.look(known.endsInMs);
  }

  private facts(): Facts {
    const { key, options } = this;
    return {
      key: key.standing(),
      endsInMs: key.endsInMs(),
      admitted: this.admitted,
      tried: this.trials.lately(),
      silent: this.reach.silent() || options.httpBannedUntil() !== undefined,
      barred: options.bannedUntil() !== undefined,
      stream: this.stream.state(),
      entry: options.transport === 'websocket' ? this.entry.state() : undefined,
      patient: this.patient,
    };
  }

  /** Whether the key keeps a follower from cancelling. */
  private isBad(known: Facts): boolean {
    const reachable = { ...known, silent: false, barred: false };
    return this.followers.needs().some((needs) => isRed(codeOf(reachable, needs)));
  }

  private banWords(): string | undefined {
    const { httpBannedUntil, bannedUntil, at, time } = this.options;
    const until = httpBannedUntil() ?? bannedUntil();
    return until === undefined ? undefined : banText(at.host, until, time);
  }

  private followStreamFor({ key: { kind } }: Facts): void {
    if (RECORDLESS.has(kind)) this.endStream ??= this.options.followStream();
    else if (kind === 'accepted') this.letStreamGo();
  }

  private letStreamGo(): void {
    this.endStream?.();
    this.endStream = undefined;
  }

  /** The stream is opened with the first node that confirms, and closed with the last one. */
  private openStream(): void {
    this.stream.stop();
    if (this.options.streamUp()) this.stream.up();
    else this.stream.open();
  }

  private start(): void {
    const { time, transport, entryUp } = this.options;
    this.patient = this.wasPatient = true;
    this.patience = time.after(PATIENCE, () => {
      this.patient = false;
      this.changed();
    });
    // A timer for a status must not keep the process alive.
    this.patience.unref?.();
    this.reach.start();
    const isEntryUp = entryUp();
    if (isEntryUp) this.admitted = true;
    if (isEntryUp) this.entry.up();
    else if (transport === 'websocket') this.entry.open();
    this.key.start();
  }

  private stop(): void {
    for (const timer of [this.evaluation, this.patience]) timer?.cancel();
    this.evaluation = undefined;
    for (const part of [this.stream, this.entry, this.reach, this.key, this.calendar]) part.stop();
    this.trials.forget();
    this.letStreamGo();
    this.isKeyBad = false;
    this.admitted = undefined;
  }
}

/** What is known of the key without its record. */
const RECORDLESS: ReadonlySet<KeyStanding['kind']> = new Set(['unanswered', 'withheld', 'untold']);
