/** What a connection test finds, step by step; the sentences are left to who shows it. */
import type { KeyReport } from '../answers/key-report';
import type { AccountOptions } from '../account-options';
import type { CodeFinding } from '../answers/codes';
import type { FaultKind } from '../answers/network-errors';
import type { Environment } from '../model';

export type FindingKind =
  CodeFinding | 'unreachable' | 'foreign' | 'rate' | 'banned' | 'busy' | 'refused' | 'untold';

export interface Finding {
  readonly trouble: FindingKind;
  /** for `unreachable` */
  readonly fault?: FaultKind;
  /** the exchange's own code and text, cleaned, or the network's, in English */
  readonly detail: string;
}

export interface Reached {
  /** ms from the first request to its answer, the opening of the connection included */
  readonly firstMs: number;
  /** ms from a request to its answer over the open connection */
  readonly tookMs: number;
  /** ms that the exchange's clock is ahead of this machine's; good to half of `tookMs` */
  readonly clockAheadMs: number;
}

/** A WebSocket that let the key in, `tookMs` after it was asked. */
export interface Entered {
  readonly tookMs: number;
}

/** Of each step, what it found, or the trouble that it met. */
export interface ConnectionCheck {
  readonly environment: Environment;
  readonly restHost: string;
  readonly streamHost: string;
  readonly server: Reached | Finding;
  /** absent when the server could not be reached */
  readonly key?: KeyReport | Finding;
  readonly stream: Entered | Finding;
  /** with the transport `websocket` alone */
  readonly orderEntry?: Entered | Finding;
}

export type CheckConnection = (
  options: Omit<AccountOptions, 'warn'>,
  signal: AbortSignal,
) => Promise<ConnectionCheck>;
