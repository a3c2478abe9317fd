/**
 * The course of a message, from its arrival to its outcome. Whatever comes in, an outcome comes out.
 */
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import type { Named } from '../bybit/account';
import type { Read } from '../properties/values';
import { linkAccount, destinationOf, type AccountLink } from './account-access';
import type { Action, Ready } from './action';
import { canCarry } from './reply/message';
import { fieldReader, type RawFields, type ReadFields } from './request/read-fields';
import { Refusal } from './request/refusal';
import type { ActionSettings } from './request/settings';
import type { StatusLine } from './reply/status';
import { timingSince, type Destination, type Told } from './reply/told';

export interface Handler<T extends Told> {
  /**
   * Never rejects.
   * @param startedAt ms since the epoch: when the message arrived
   * @param tell called once, with the outcome
   */
  handle(msg: unknown, startedAt: number, tell: (told: T) => void): Promise<void>;
  /** Looks the account up anew, and has it shown. */
  readonly lookUp: () => void;
  /** Lets go of the account. */
  readonly release: () => void;
}

/** A task from the moment on in which something of it may have been sent. */
interface Begun<S, Task> {
  readonly task: Task;
  readonly ready: Ready<S>;
}

/** @param signal aborted when the node closes */
export function createHandler<F extends string, S extends ActionSettings<F>, Task, T extends Told>(
  RED: NodeAPI,
  node: Node,
  settings: Read<S>,
  action: Action<F, S, Task, T>,
  status: StatusLine,
  signal: AbortSignal,
): Handler<T> {
  const entrance = openEntrance(RED, node, settings, action, status, signal);
  return {
    lookUp: entrance.lookUp,
    release: entrance.release,
    async handle(msg, startedAt, tell) {
      let begun: Begun<S, Task> | undefined;
      let end: ReturnType<StatusLine['begin']> | undefined;
      let told: T;
      try {
        const ready = entrance.ready();
        const reading = entrance.read(msg);
        const raw = reading instanceof Promise ? await reading : reading;
        const task = action.check(stillWanted(raw, signal), ready, msg as NodeMessage);
        begun = { task, ready };
        const telling = startAct(action, begun, startedAt);
        // By now the request is on its way: the editor comes after it.
        end = status.begin(action.progressOf?.(task));
        told = await telling;
        // What an action tells is made for this message: nobody else has it.
        (told as { account?: Named | undefined }).account = ready.named;
      } catch (error) {
        if (begun !== undefined) told = unanswered(action, begun, startedAt);
        else told = refused(action, error, knownDestination(entrance), startedAt, msg);
      }
      // A refused message never goes on while it is still being handed in: it could come back at once.
      if (begun === undefined) await Promise.resolve();
      if (end === undefined) status.tell(told.outcome);
      else end(told.outcome, countIn(action, told));
      tell(told);
    },
  };
}

/** What each message passes first. */
interface Entrance<F extends string, S> {
  /** @throws Refusal where something is missing */
  ready(): Ready<S>;
  /** Throws or rejects with a Refusal. `undefined`: the node closes. */
  read(msg: unknown): ReturnType<ReadFields<F>>;
  readonly destination: () => Destination;
  readonly lookUp: () => void;
  readonly release: () => void;
}

function openEntrance<F extends string, S extends ActionSettings<F>, Task, T extends Told>(
  RED: NodeAPI,
  node: Node,
  read: Read<S>,
  action: Action<F, S, Task, T>,
  status: StatusLine,
  signal: AbortSignal,
): Entrance<F, S> {
  if (read.problem !== undefined) {
    status.health({ code: 'not-configured' }, undefined);
    return closedEntrance(read.problem);
  }
  const settings = read.value;
  const readFields = fieldReader(RED, node, settings.fields);
  const patience = { timeout: settings.timeout, signal };
  const link: AccountLink = linkAccount(RED, settings.account, action.wanted(settings), {
    signal,
    show: (health, environment) => status.health(health, environment),
  });
  return {
    ready() {
      const { account, named, problem } = link.find();
      if (account === undefined) throw new Refusal('not-configured', problem);
      return { account, named, settings, signal };
    },
    read(msg) {
      if (canCarry(msg)) return readFields(msg, patience);
      throw new Refusal(
        'invalid-request',
        'The message is read-only, so it could not tell the outcome: pass on a copy of it.',
      );
    },
    destination: () => destinationOf(link.find()),
    lookUp: () => void link.find(),
    release: link.release,
  };
}

function closedEntrance<F extends string, S>(problem: string): Entrance<F, S> {
  const refuse = (): never => {
    throw new Refusal('not-configured', problem);
  };
  const nothing = () => undefined;
  return {
    ready: refuse,
    read: refuse,
    destination: () => ({}),
    lookUp: nothing,
    release: nothing,
  };
}

function stillWanted<F extends string>(
  raw: RawFields<F> | undefined,
  signal: AbortSignal,
): RawFields<F> {
  if (raw !== undefined && !signal.aborted) return raw;
  throw new Refusal('unavailable', 'The node was stopped before the cancel was sent.');
}

/** What is thrown at once leaves behind as little as what comes later. */
function startAct<F extends string, S extends ActionSettings<F>, Task, T extends Told>(
  action: Action<F, S, Task, T>,
  { task, ready }: Begun<S, Task>,
  startedAt: number,
): Promise<T> {
  try {
    return action.act(task, ready, startedAt);
  } catch {
    return Promise.reject(new Error('The act broke off at once.'));
  }
}

/** A status is not worth the outcome of an order. */
function countIn<T extends Told>(
  { countOf }: { readonly countOf?: (told: T) => string },
  told: T,
): string | undefined {
  try {
    return countOf?.(told);
  } catch {
    return undefined;
  }
}

/** What can't be told must not cost the message. */
function knownDestination({
  destination,
}: {
  readonly destination: () => Destination;
}): Destination {
  try {
    return destination();
  } catch {
    return {};
  }
}

function unanswered<F extends string, S extends ActionSettings<F>, Task, T extends Told>(
  action: Action<F, S, Task, T>,
  { task, ready }: Begun<S, Task>,
  startedAt: number,
): T {
  // Sound because Additions<T> is what T has beside the fields that are named here.
  return {
    ...destinationOf(ready),
    ...action.unanswered(task),
    outcome: 'unconfirmed',
    timing: timingSince(startedAt),
  } as unknown as T;
}

function refused<F extends string, S extends ActionSettings<F>, Task, T extends Told>(
  action: Action<F, S, Task, T>,
  error: unknown,
  destination: Destination,
  startedAt: number,
  msg: unknown,
): T {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal('invalid-request', "The message can't be read: nothing was sent.");
  // Sound as above: what a refusal knows belongs to the message's record.
  return {
    ...destination,
    ...action.unsent,
    ...refusal.known,
    outcome: refusal.code,
    message: refusal.message + hintAt(refusal, msg),
    timing: timingSince(startedAt),
  } as unknown as T;
}

/** MQTT and alerts bring text: its fields are there to be seen, and yet missing. */
function hintAt({ code, message }: Refusal, msg: unknown): string {
  if (code !== 'invalid-request' || !message.includes('missing')) return '';
  try {
    const { payload } = msg as NodeMessage;
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
    return isText ? ' msg.payload is text: put a JSON node before this one.' : '';
  } catch {
    return '';
  }
}
