/** What makes one action node: how it asks, acts and tells. The rest is the same for all. */
import type { NodeMessage } from 'node-red';
import type { Account, Named } from '../bybit/account';
import type { KeptReady } from './account-access';
import type { Writer } from './reply/message';
import type { RawFields } from './request/read-fields';
import type { ActionSettings } from './request/settings';
import type { Progress } from './reply/status';
import type { Additions, Told } from './reply/told';

/** A node that lacks nothing. */
export interface Ready<S> {
  readonly account: Account;
  /** the account as messages name it */
  readonly named: Named | undefined;
  readonly settings: S;
  /** Aborted when the node closes. */
  readonly signal: AbortSignal;
}

/**
 * @typeParam F the fields that are read for each message
 * @typeParam S the node's settings
 * @typeParam Task what a message asks for, once it is checked
 * @typeParam T what the node tells of a message
 */
export interface Action<F extends string, S extends ActionSettings<F>, Task, T extends Told> {
  /** What the account is to keep ready while the node runs. */
  readonly wanted: (settings: S) => KeptReady;
  /**
   * From what was read to what is to be done. Sends nothing.
   * @throws Refusal, with what is known of the message for its record
   */
  readonly check: (raw: RawFields<F>, ready: Ready<S>, msg: NodeMessage) => Task;
  /**
   * Does it. Whatever it throws or rejects with, something may have been sent by then.
   * @param startedAt ms since the epoch: when the message arrived
   */
  readonly act: (task: Task, ready: Ready<S>, startedAt: number) => Promise<T>;
  /** How far a task is, kept up to date by `act`: for several orders. */
  readonly progressOf?: (task: Task) => Progress;
  /** The count for the status, as it stands behind the outcome's word: `120`, `117/120`. */
  readonly countOf?: (told: T) => string;
  /** What the record has beside the outcome when nothing was sent. */
  readonly unsent: Additions<T>;
  /** What is told of a task that was begun and ended without an answer. */
  readonly unanswered: (task: Task) => Additions<T> & Pick<Told, 'message'>;
  readonly writer: Writer<T>;
}
