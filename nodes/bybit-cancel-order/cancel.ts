/**
 * From a message to the outcome of its cancel. Whatever comes in, an outcome comes out.
 */
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import type { Account, AccountAccess } from '../bybit/account';
import type { CancelRequest, OutcomeCode } from '../bybit/model';
import type { Read } from '../properties/values';
import { prepareFields, type ReadFields } from './fields';
import { canCarry, type Told } from './reply';
import { checkRequest, Refusal, type RawRequest } from './request';
import type { Settings } from './settings';
import type { StatusLine } from './status';

export interface Canceller {
  /**
   * Never rejects.
   * @param startedAt ms since the epoch: when the message arrived
   * @param tell called once, with the outcome
   */
  cancel(msg: unknown, startedAt: number, tell: (told: Told) => void): Promise<void>;
  /** Lets go of the account. */
  readonly release: () => void;
}

/** A node that lacks nothing. */
interface Ready {
  readonly account: Account;
  readonly settings: Settings;
  readonly readFields: ReadFields;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
}

/** The account behind an id, or in words why there is none. */
export function accessTo(RED: NodeAPI, id: string): AccountAccess {
  if (id === '') return { problem: 'No account is chosen: choose one in the dialog of the node.' };
  const found = RED.nodes.getNode(id) as (Node & { access?: AccountAccess }) | null | undefined;
  if (found === null || found === undefined) {
    return { problem: 'The account is missing or disabled: choose another or enable it.' };
  }
  if (found.type !== 'bybit-config' || found.access === undefined) {
    return { problem: 'The node chosen as the account is no bybit-config: choose another.' };
  }
  return found.access;
}

/** @param signal aborted when the node closes */
export function createCanceller(
  RED: NodeAPI,
  node: Node,
  settings: Read<Settings>,
  status: StatusLine,
  signal: AbortSignal,
): Canceller {
  const ask = prepare(RED, node, settings, status, signal);
  return {
    release: ask.release,
    async cancel(msg, startedAt, tell) {
      let departed: Departed | undefined;
      let told: Told;
      try {
        const starting = ask.start(msg, startedAt);
        departed = starting instanceof Promise ? await starting : starting;
        told = await departed.telling;
      } catch (error) {
        told = departed
          ? { ...departed.known(), ...unknown(startedAt) }
          : { ...knownPlace(ask), ...refused(error, startedAt, msg) };
      }
      if (departed === undefined) {
        // Never while the message is still being handed in: it could come back here at once.
        await Promise.resolve();
        status.tell(told.outcome);
      } else departed.end(told.outcome);
      tell(told);
    },
  };
}

/** What can't be told must not cost the message. */
function knownPlace({ known }: Ask): Place {
  try {
    return known();
  } catch {
    return {};
  }
}

type Place = Pick<Told, 'environment' | 'transport'>;

interface Ask {
  readonly known: () => Place;
  /** Throws or rejects when nothing was sent, with a Refusal where the reason is foreseen. */
  start(msg: unknown, startedAt: number): Departed | Promise<Departed>;
  readonly release: () => void;
}

/** From here on the request may have been sent, and nothing but its outcome may be said. */
interface Departed {
  readonly known: () => Partial<Told>;
  readonly telling: Promise<Told>;
  /** Ends its status. */
  readonly end: (outcome: OutcomeCode) => void;
}

function prepare(
  RED: NodeAPI,
  node: Node,
  settings: Read<Settings>,
  status: StatusLine,
  signal: AbortSignal,
): Ask {
  if (settings.problem !== undefined) return refuseAll(settings.problem);
  const { account: id, confirm, fields } = settings.value;
  const readFields = prepareFields(RED, node, fields);
  const following = createFollowing(confirm);
  // A deploy can make the account anew without this node, where a variable gives its id.
  const access = () => {
    const found = accessTo(RED, id);
    if (!signal.aborted) following.follow(found.account);
    return found;
  };
  access();
  return {
    known: () => {
      const found = access();
      return placeOf(found.account ?? found);
    },
    start(msg, startedAt) {
      const { account, problem } = access();
      if (account === undefined) throw new Refusal('not-configured', problem);
      const ready: Ready = { account, settings: settings.value, readFields, status, signal };
      return start(ready, msg, startedAt);
    },
    release: () => following.follow(undefined),
  };
}

function refuseAll(problem: string): Ask {
  const refusal = new Refusal('not-configured', problem);
  return {
    known: () => ({}),
    start() {
      throw refusal;
    },
    release: () => undefined,
  };
}

/** Keeps one account ready at a time. */
function createFollowing(confirm: boolean): { follow: (account: Account | undefined) => void } {
  let followed: Account | undefined;
  let release: () => void = () => undefined;
  return {
    follow(account) {
      if (account === followed) return;
      release();
      followed = account;
      release = account?.follow({ confirm }) ?? (() => undefined);
    },
  };
}

function placeOf({ environment, transport }: { [K in keyof Place]: Place[K] | undefined }): Place {
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(transport === undefined ? {} : { transport }),
  };
}

function start(ready: Ready, msg: unknown, startedAt: number): Departed | Promise<Departed> {
  const { settings, signal } = ready;
  if (!canCarry(msg)) {
    throw new Refusal(
      'invalid-request',
      'The message is read-only, so it could not tell the outcome: pass on a copy of it.',
    );
  }
  const go = (raw: RawRequest | undefined) => {
    if (raw === undefined || signal.aborted) {
      throw new Refusal('unavailable', 'The node was stopped before the cancel was sent.');
    }
    return send(ready, checkRequest(raw), startedAt);
  };
  const reading = ready.readFields(msg, { timeout: settings.timeout, signal });
  return reading instanceof Promise ? reading.then(go) : go(reading);
}

function send(ready: Ready, request: CancelRequest, startedAt: number): Departed {
  const { account, settings, status, signal } = ready;
  const { confirm, timeout } = settings;
  const known = () => ({ ...placeOf(account), ...request });
  let telling: Promise<Told>;
  try {
    telling = account.cancel(request, { confirm, timeout, startedAt, signal });
  } catch {
    // As unknown as what a rejection leaves behind.
    telling = Promise.resolve({ ...known(), ...unknown(startedAt) });
  }
  // By now the request is on its way: the editor comes after it.
  return { known, telling, end: status.begin() };
}

function unknown(startedAt: number): Told {
  return {
    outcome: 'unconfirmed',
    message: 'The cancel ended without an answer. The order may still be open: look it up.',
    attempts: 1,
    timing: timingSince(startedAt),
  };
}

function refused(error: unknown, startedAt: number, msg: unknown): Told {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal('invalid-request', "The message can't be read: nothing was sent.");
  return {
    ...refusal.known,
    outcome: refusal.code,
    message: refusal.message + hintAt(refusal, msg),
    attempts: 0,
    timing: timingSince(startedAt),
  };
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

function timingSince(startedAt: number): Told['timing'] {
  return { startedAt, totalMs: Math.max(0, Date.now() - startedAt) };
}
