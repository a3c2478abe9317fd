/**
 * One account behind one door: its hosts, keys, clock, pacing and sockets. Two accounts share
 * nothing.
 */
import { setMaxListeners } from 'node:events';
import type { ConnectionOptions } from 'node:tls';
import { AccountError } from './account-error';
import { closeAgent, createAgent, isProxied } from './agents';
import { cancelOrder } from './cancel';
import { createCleaner } from './clean';
import { createClock } from './clock';
import { createExchange } from './exchange';
import { createOrderStream } from './order-stream';
import type { CancelRequest, Environment, Outcome, Transport } from './outcome';
import { createRest } from './rest';
import { createSigner, SigningError, type Signer } from './signing';
import { openSocket } from './socket';
import { realTime, type Time } from './time';

export { AccountError };

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

type OpenAccount = (options: AccountOptions) => Account;

/**
 * Loads what only loads asynchronously (ES modules), once per runtime.
 * @param time for tests; default the real one
 * @returns opens one account; throws an AccountError when the secret or the proxy can't be used
 */
export async function accountOpener(time: Time = realTime): Promise<OpenAccount> {
  const [{ got }, { getProxyForUrl }] = await Promise.all([
    import('got'),
    import('proxy-from-env'),
  ]);

  return (options) => {
    const { apiKey, recvWindow, warn } = options;
    const signer = readSecret(options.apiSecret);
    const clean = createCleaner([apiKey, options.apiSecret]);
    const clock = createClock(() => time.wall(), warn);
    const cutting = new AbortController();
    setMaxListeners(0, cutting.signal);
    const agentFor = (origin: string) =>
      createAgent(origin, {
        ...(options.tls ? { tls: options.tls } : {}),
        ...(options.proxy ? { proxy: options.proxy } : {}),
        environmentProxy: getProxyForUrl,
        signal: cutting.signal,
      });
    const agent = agentFor(options.restUrl);
    const streamAgent = agentFor(options.streamUrl);
    const rest = createRest({
      got,
      origin: options.restUrl,
      agent,
      apiKey,
      signer,
      recvWindow,
      clock,
      clean,
      localNow: () => time.wall(),
    });
    const stream = createOrderStream((handlers) =>
      openSocket({
        ...handlers,
        url: `${options.streamUrl}/v5/private`,
        name: 'order stream',
        agent: streamAgent,
        apiKey,
        signer,
        clock,
        time,
        clean,
        warn,
        mendClock: async (aheadMs) => {
          await exchange.measureClock(time.wall(), cutting.signal);
          return Math.abs(clock.now() - time.wall() - aheadMs) > 1000;
        },
      }),
    );
    const proxied = isProxied(agent);
    const exchange = createExchange({ rest, stream, clock, time, options, proxied });
    return behindTheDoor({
      options,
      time,
      cancel: (request, caseOptions) => cancelOrder(request, caseOptions, exchange),
      follow: () => stream.follow(),
      async shut() {
        stream.close();
        cutting.abort('closing');
        await Promise.all([closeAgent(agent), closeAgent(streamAgent), exchange.quiet()]);
      },
    });
  };
}

function readSecret(secret: string): Signer {
  try {
    return createSigner(secret);
  } catch (error) {
    if (error instanceof SigningError) throw new AccountError(error.message);
    throw error;
  }
}

interface Behind {
  readonly options: AccountOptions;
  readonly time: Time;
  readonly cancel: (
    request: CancelRequest,
    options: Parameters<typeof cancelOrder>[1],
  ) => Promise<Outcome>;
  readonly follow: () => () => void;
  readonly shut: () => Promise<void>;
}

/** Keeps count of who is inside: closing waits for them, and lets nobody in any more. */
function behindTheDoor({ options, time, cancel, follow, shut }: Behind): Account {
  const inside = new Set<Promise<Outcome>>();
  const closing = new AbortController();
  let arrivals = 0;
  let closed: Promise<void> | undefined;

  return {
    environment: options.environment,
    transport: options.transport,
    follow: () => (closing.signal.aborted ? () => undefined : follow()),
    async cancel(request, { confirm, timeout, startedAt = time.wall(), signal }) {
      const elapsedMs = Math.max(0, time.wall() - startedAt);
      const ends = either(closing.signal, signal);
      const outcome = cancel(request, {
        confirm,
        startedAt,
        elapsedMs,
        remainingMs: Math.max(0, timeout - elapsedMs),
        seniority: (arrivals += 1),
        closing: ends.signal,
      });
      inside.add(outcome);
      try {
        return await outcome;
      } finally {
        inside.delete(outcome);
        ends.release();
      }
    },
    close() {
      closing.abort();
      closed ??= Promise.allSettled(inside).then(shut);
      return closed;
    },
  };
}

/** `AbortSignal.any` for a short life beside a long one: it can be let go of. */
function either(
  a: AbortSignal,
  b: AbortSignal | undefined,
): { signal: AbortSignal; release: () => void } {
  const both = new AbortController();
  const abort = () => both.abort();
  const signals = b === undefined ? [a] : [a, b];
  for (const signal of signals) {
    // A thousand messages at once are no leak.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  }
  return {
    signal: both.signal,
    release: () => signals.forEach((signal) => signal.removeEventListener('abort', abort)),
  };
}
