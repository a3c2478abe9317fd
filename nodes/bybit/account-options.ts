/** What an account is made of, and the error for one that can't be made. */
import type { ConnectionOptions } from 'node:tls';
import type { Environment, Transport } from './model';

/** An account that can't be opened as it is configured. The message says what to mend. */
export class AccountError extends Error {
  override readonly name = 'AccountError';

  constructor(
    /** what it comes down to */
    readonly fault: 'secretPem' | 'proxyUrl' | 'proxyPercent',
    message: string,
  ) {
    super(message);
  }
}

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
  /** The only symbols that may be cancelled; absent: all. */
  readonly symbols?: readonly string[];
  readonly tls?: TlsOptions;
  /** Without it the usual proxy environment variables hold. */
  readonly proxy?: ProxyOptions;
  /** as its owner calls it, for words */
  readonly name?: string;
  /** Told, in words and without secrets, what the flow author should know. */
  readonly warn: (text: string) => void;
  /** Told that something that was warned of is well again. */
  readonly inform?: (text: string) => void;
  /** As `warn`, once a day for each cause while it lasts. */
  readonly remind?: (cause: string, text: string) => void;
  /** As `inform`, that a cause is over; nothing where there was no reminder of it. */
  readonly dismiss?: (cause: string, text: string) => void;
}
