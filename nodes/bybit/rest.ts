/**
 * Signed requests over HTTP (API section guide). Never rejects and never follows a redirect: each
 * request leads to an answer, and each answer says whether the request may have arrived.
 */
import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Got } from 'got';
import type { Clock } from './clock';
import { readAnswer, type ReadAnswer, type Received } from './envelope';
import { faultOf } from './failures';
import type { WireAnswer } from './ret-codes';
import type { Signal } from './signal';
import type { Signer } from './signing';

/** bytes: an answer to a cancel has about 200 */
const LARGEST = 1024 * 1024;

export interface RestAnswer extends ReadAnswer {
  /** ms, this machine's clock */
  readonly sentAt: number;
  readonly receivedAt: number;
}

export interface RestRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** query parameters of a GET, body fields of a POST; their order is kept */
  readonly fields: Readonly<Record<string, string>>;
  /** ms for the whole exchange of request and answer */
  readonly limitMs: number;
  readonly signal: Signal;
  /** called when the first byte can have left */
  readonly onSent?: () => void;
  /** a public endpoint: sent without key and signature */
  readonly unsigned?: true;
}

export type Rest = (request: RestRequest) => Promise<RestAnswer>;

export interface RestOptions {
  readonly got: Got;
  readonly origin: string;
  readonly agent: Agent;
  readonly apiKey: string;
  readonly signer: Signer;
  readonly recvWindow: number;
  readonly clock: Clock;
  readonly clean: (text: string) => string;
  readonly localNow: () => number;
}

export function createRest(options: RestOptions): Rest {
  const { origin, agent, recvWindow, clean, localNow } = options;
  const client = options.got.extend({
    agent: { http: agent, https: agent as never },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    responseType: 'text',
  });

  const sign = (payload: string) => {
    const timestamp = String(options.clock.now());
    const window = String(recvWindow);
    return {
      'x-bapi-api-key': options.apiKey,
      'x-bapi-timestamp': timestamp,
      'x-bapi-recv-window': window,
      'x-bapi-sign': options.signer(timestamp + options.apiKey + window + payload),
      'x-bapi-sign-type': '2',
    };
  };

  return async (request) => {
    const payload = encode(request);
    const headers = {
      ...(request.unsigned ? {} : sign(payload)),
      'user-agent': 'node-red-bybit-cancel-order',
      accept: 'application/json',
    };
    const isPost = request.method === 'POST';
    const url = origin + request.path + (isPost || payload === '' ? '' : `?${payload}`);
    const send = (signal: AbortSignal) =>
      isPost
        ? client.post(url, {
            headers: { ...headers, 'content-type': 'application/json' },
            body: payload,
            signal,
          })
        : client.get(url, { headers, signal });
    const sentAt = localNow();
    const outcome = await perform(send, request);
    const receivedAt = localNow();
    if ('wire' in outcome) return { wire: outcome.wire, sentAt, receivedAt };
    return { ...readAnswer(outcome, clean), sentAt, receivedAt };
  };
}

/** The exact text that is signed and sent. */
function encode({ method, fields }: RestRequest): string {
  if (method === 'POST') return JSON.stringify(fields);
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

type Sending = (signal: AbortSignal) => PromiseLike<Received> & Emitter;

interface Emitter {
  on(event: 'request', listener: (request: ClientRequest) => void): unknown;
  on(event: 'downloadProgress', listener: (progress: { transferred: number }) => void): unknown;
}

async function perform(
  send: Sending,
  { signal, limitMs, onSent }: RestRequest,
): Promise<Received | { wire: WireAnswer }> {
  const controller = new AbortController();
  let sent = false;
  let cause: 'ABORT_CLOSE' | 'ABORT_LATE' | 'ABORT_LARGE' | undefined;
  const stop = (why: NonNullable<typeof cause>) => {
    cause ??= why;
    controller.abort();
  };
  const onAbort = () => stop(signal.reason === 'closing' ? 'ABORT_CLOSE' : 'ABORT_LATE');
  const timer = setTimeout(() => stop('ABORT_LATE'), limitMs);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const sending = send(controller.signal);
    sending.on('request', (request) => {
      whenSent(request, () => {
        sent = true;
        onSent?.();
      });
    });
    sending.on('downloadProgress', ({ transferred }) => {
      if (transferred > LARGEST) stop('ABORT_LARGE');
    });
    return await sending;
  } catch (error) {
    const { kind: fault, reason } = faultOf(cause ? { code: cause } : error);
    return { wire: { kind: 'failure', sent, fault, reason } };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Calls back when the request's first byte can have left: from then on nobody knows. */
function whenSent(request: ClientRequest, onSent: () => void): void {
  request.once('socket', (socket: Socket & { encrypted?: true; secureConnecting?: boolean }) => {
    if (socket.encrypted) {
      if (socket.secureConnecting === true) socket.once('secureConnect', onSent);
      else onSent();
    } else if (socket.connecting) {
      socket.once('connect', onSent);
    } else {
      onSent();
    }
  });
}
