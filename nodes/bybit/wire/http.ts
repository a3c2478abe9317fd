/**
 * Signed requests over HTTP (API section guide). Never rejects and never follows a redirect: each
 * request leads to a reply, and each reply says whether the request may have arrived.
 */
import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Got } from 'got';
import type { Clock } from './clock';
import { readReply, type HttpResponse, type Reply } from '../answers/reply';
import { faultOf } from '../answers/network-errors';
import { createPost, type Sending } from './http-post';
import type { WireAnswer } from '../answers/meaning';
import type { Signal } from '../time/abort';
import type { Time } from '../time/time';
import type { Signer } from './signing';

/** bytes: an answer to a cancel has about 200 */
const LARGEST = 1024 * 1024;

const GET_HEADERS = { 'user-agent': 'node-red-bybit-cancel-order', accept: 'application/json' };
/** The time out of a cache would spoil a clock that is right. */
const PUBLIC_HEADERS = { ...GET_HEADERS, 'cache-control': 'no-cache' };
const POST_HEADERS = { ...GET_HEADERS, 'content-type': 'application/json' };

export interface RestRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** query parameters of a GET, body fields of a POST; their order is kept */
  readonly fields: Fields;
  /** ms for the whole exchange of request and answer */
  readonly limitMs: number;
  readonly signal: Signal;
  /** called when the first byte can have left */
  readonly onSent?: () => void;
  /** ms: a shorter recv window than that of the account */
  readonly recvWindow?: number | undefined;
  /** a public endpoint: sent without key and signature */
  readonly unsigned?: true;
}

/** What is asked for: texts, and of a batch a list of such. */
export type Fields = Readonly<Record<string, string | readonly Readonly<Record<string, string>>[]>>;

export type Rest = (request: RestRequest) => Promise<Reply>;

/**
 * Asks a public endpoint, without key and signature, if nobody has to wait for it: `undefined` when
 * pacing or a ban of this address forbids it.
 */
export type AskLightly = (
  request: Pick<RestRequest, 'path' | 'fields' | 'limitMs' | 'signal'>,
) => Promise<Reply | undefined>;

export interface RestOptions {
  readonly got: Got;
  readonly origin: string;
  readonly agent: Agent;
  readonly apiKey: string;
  readonly signer: Signer;
  readonly recvWindow: number;
  readonly clock: Clock;
  readonly clean: (text: string) => string;
  readonly time: Time;
}

export function createRest(options: RestOptions): Rest {
  const { origin, agent, recvWindow, clean, time } = options;
  const get = createGet(options.got, agent);
  const post = createPost(origin, agent, POST_HEADERS);
  const usual = String(recvWindow);

  const sign = (payload: string, shorter: number | undefined) => {
    const window = shorter === undefined ? usual : String(Math.min(shorter, recvWindow));
    const timestamp = String(options.clock.now());
    return {
      'x-bapi-api-key': options.apiKey,
      'x-bapi-timestamp': timestamp,
      'x-bapi-recv-window': window,
      'x-bapi-sign': options.signer(timestamp + options.apiKey + window + payload),
      'x-bapi-sign-type': '2',
    };
  };

  return async (request) => {
    const { path, method } = request;
    const start: Start = (onProgress) => {
      const payload = encode(request);
      if (request.unsigned) return get(urlOf(origin, path, payload), PUBLIC_HEADERS, onProgress);
      const signed = sign(payload, request.recvWindow);
      return method === 'POST'
        ? post({ path, headers: signed, body: payload }, onProgress)
        : get(urlOf(origin, path, payload), { ...signed, ...GET_HEADERS }, onProgress);
    };
    const sentAt = time.wall();
    const outcome = await perform(start, request, time);
    const receivedAt = time.wall();
    if ('wire' in outcome) return { wire: outcome.wire, sentAt, receivedAt };
    return readReply(outcome, { sentAt, receivedAt }, clean);
  };
}

/** The exact text that is signed and sent. */
function encode({ method, fields }: RestRequest): string {
  if (method === 'POST') return JSON.stringify(fields);
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`)
    .join('&');
}

function urlOf(origin: string, path: string, query: string): string {
  return origin + path + (query === '' ? '' : `?${query}`);
}

type OnProgress = (bytes: number) => void;
type Start = (onProgress: OnProgress) => Pick<Sending, 'response' | 'abort'> & Announced;
/** its request, now or when there is one */
type Announced =
  | Pick<Sending, 'request'>
  | { readonly onRequest: (listener: (request: ClientRequest) => void) => void };

/** Look-ups and the exchange's time: they may take a fraction of a millisecond more. */
function createGet(
  got: Got,
  agent: Agent,
): (url: string, headers: Record<string, string>, onProgress: OnProgress) => ReturnType<Start> {
  const client = got.extend({
    agent: { http: agent, https: agent as never },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    responseType: 'text',
  });
  return (url, headers, onProgress) => {
    const controller = new AbortController();
    const sending = client.get(url, { headers, signal: controller.signal });
    void sending.on('downloadProgress', ({ transferred }) => onProgress(transferred));
    return {
      response: sending,
      abort: () => controller.abort(),
      onRequest: (listener) => void sending.on('request', listener),
    };
  };
}

async function perform(
  start: Start,
  { signal, limitMs, onSent }: RestRequest,
  time: Time,
): Promise<HttpResponse | { wire: WireAnswer }> {
  let sent = false;
  let cause: 'ABORT_CLOSE' | 'ABORT_LATE' | 'ABORT_LARGE' | undefined;
  let sending: ReturnType<Start> | undefined;
  const stop = (why: NonNullable<typeof cause>) => {
    cause ??= why;
    sending?.abort();
  };
  const onAbort = () => stop(signal.reason === 'closing' ? 'ABORT_CLOSE' : 'ABORT_LATE');
  const timer = time.after(limitMs, () => stop('ABORT_LATE'));
  signal.addEventListener('abort', onAbort, { once: true });
  const watch = (request: ClientRequest) =>
    whenSent(request, () => {
      sent = true;
      onSent?.();
    });
  try {
    sending = start((bytes) => {
      if (bytes > LARGEST) stop('ABORT_LARGE');
    });
    if ('request' in sending) watch(sending.request);
    else sending.onRequest(watch);
    if (signal.aborted) onAbort();
    return await sending.response;
  } catch (error) {
    const { kind: fault, reason } = faultOf(cause ? { code: cause } : error);
    return { wire: { kind: 'failure', sent, fault, reason } };
  } finally {
    timer.cancel();
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
