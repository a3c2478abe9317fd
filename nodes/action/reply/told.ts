/**
 * What an action node tells of a message: its outcome, and as much more as the node knows.
 */
import type { Named } from '../../bybit/account';
import {
  STATUS_CODES,
  type Environment,
  type OutcomeCode,
  type Timing,
  type Transport,
} from '../../bybit/model';

/** The outcomes of a message as a whole; those that one order can't have stand last. */
const STATUS_CODE_OF = {
  ...STATUS_CODES,
  'nothing-to-cancel': 200,
  listed: 200,
  incomplete: 409,
} as const;
export type ToldCode = keyof typeof STATUS_CODE_OF;
export const TOLD_CODES = Object.keys(STATUS_CODE_OF) as readonly ToldCode[];

export interface Told {
  readonly outcome: ToldCode;
  /** One or two sentences for a person. */
  readonly message: string;
  readonly timing: Timing;
  /** Absent where no account is known. */
  readonly environment?: Environment;
  readonly transport?: Transport;
  readonly account?: Named;
  /** For `msg.statusCode`, where it is not the outcome's usual one. */
  readonly statusCode?: number;
}

/** Where a cancel goes and how, as far as that is known. */
export type Destination = Pick<Told, 'environment' | 'transport' | 'account'>;

/** What a node adds to an outcome, a message and the timing. */
export type Additions<T extends Told> = Omit<
  T,
  'outcome' | 'message' | 'timing' | keyof Destination
>;

/** The HTTP-like number for `msg.statusCode`. */
export function statusCodeOf({ outcome, statusCode }: Told): number {
  return statusCode ?? STATUS_CODE_OF[outcome];
}

/** Whether it goes to output 1. */
export function isSuccess(outcome: OutcomeCode | ToldCode): boolean {
  return STATUS_CODE_OF[outcome] < 300;
}

export function timingSince(startedAt: number): Timing {
  return { startedAt, totalMs: Math.max(0, Date.now() - startedAt) };
}
