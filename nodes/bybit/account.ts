/**
 * One account behind one door: its hosts, keys, clock, pacing and sockets.
 */
import type { ConnectionOptions } from 'node:tls';
import type { CancelRequest, Environment, Outcome, Transport } from './outcome';

/** The part of Node's TLS options that a `tls-config` node sets. */
export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized' | 'ALPNProtocols'
>;

export interface ProxyOptions {
  /** Proxy URL, user name and password in it where the proxy asks for them. */
  readonly url: string;
  /** Host names that are reached without the proxy. */
  readonly noProxy: readonly string[];
}

export interface AccountOptions {
  readonly environment: Environment;
  /** https origin (http for loopback alone) */
  readonly restUrl: string;
  /** wss origin (ws for loopback alone) */
  readonly streamUrl: string;
  readonly apiKey: string;
  /** An HMAC secret, or a PEM private key in any of the forms that survive a text field. */
  readonly apiSecret: string;
  /** ms */
  readonly recvWindow: number;
  readonly transport: Transport;
  readonly tls?: TlsOptions;
  /** Without it the usual proxy environment variables hold. */
  readonly proxy?: ProxyOptions;
  /** Told, in words and without secrets, what the flow author should know. */
  readonly warn: (text: string) => void;
}

export interface CancelOptions {
  /** Wait for the order's final state; otherwise the acknowledgement is enough. */
  readonly confirm: boolean;
  /** ms from `startedAt` to the outcome, everything included */
  readonly timeout: number;
  /** ms since the epoch: when the message arrived. Default: now. */
  readonly startedAt?: number;
  /** Aborted when the asking node closes: nothing new is sent, waits end. */
  readonly signal?: AbortSignal;
}

export interface Account {
  readonly environment: Environment;
  readonly transport: Transport;
  /** Cancels one order. Never rejects: every request leads to exactly one outcome. */
  cancel(request: CancelRequest, options: CancelOptions): Promise<Outcome>;
  /**
   * Keeps the order stream open while somebody wants confirmations.
   * @returns ends it for this asker; the stream closes with the last one
   */
  follow(): () => void;
  /** Ends everything: sockets, timers, listeners, waiting requests. Resolves when all is quiet. */
  close(): Promise<void>;
}

/**
 * What a `bybit-config` node offers to the nodes that act through it: the account, or in words why
 * there is none (a missing key, an unset variable …).
 */
export type AccountAccess =
  | { readonly account: Account; readonly problem?: undefined }
  | {
      readonly account?: undefined;
      readonly problem: string;
      readonly environment?: Environment;
      readonly transport?: Transport;
    };

/** An account that can't be opened as it is configured. The message says what to mend. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
}

/**
 * Loads what only loads asynchronously (the HTTP client is an ES module), once per runtime.
 * @returns opens one account; throws an AccountError when the secret can't be read
 */
export async function accountOpener(): Promise<(options: AccountOptions) => Account> {
  throw new Error('not built yet');
}
