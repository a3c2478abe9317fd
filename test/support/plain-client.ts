/** A bare client for the tests of the exchange: signs and sends exactly what it is told. */
import { createHmac, sign } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, type RawData } from 'ws';
import { DEMO_KEY, type Exchange, type Order, type OrderRecord } from '../../simulator/exchange';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** the body as JSON; throws when it is none */
  readonly json: Envelope;
}

export interface Envelope {
  readonly retCode: number;
  readonly retMsg: string;
  readonly time: number;
  readonly result: Readonly<Record<string, unknown>> & {
    readonly list?: readonly Readonly<Record<string, unknown>>[];
  };
  /** of a batch */
  readonly retExtInfo: {
    readonly list?: readonly { readonly code: number; readonly msg: string }[];
  };
}

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  /** sent as it is when a string, as JSON otherwise */
  readonly body?: unknown;
  readonly apiKey?: string;
  /** an HMAC secret, or a PEM private key */
  readonly secret?: string;
  readonly timestamp?: number | string;
  readonly recvWindow?: number | string;
  /** over and above the headers of a signed request; `undefined` leaves one out */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

export function signature(secret: string, text: string): string {
  if (!secret.includes('PRIVATE KEY')) {
    return createHmac('sha256', secret).update(text).digest('hex');
  }
  return sign('sha256', Buffer.from(text), secret).toString('base64');
}

function signedHeaders(asked: Ask, payload: string): Record<string, string> {
  const { apiKey = DEMO_KEY.apiKey, secret = DEMO_KEY.secret } = asked;
  const timestamp = String(asked.timestamp ?? Date.now());
  const recvWindow = String(asked.recvWindow ?? 5000);
  const headers: Record<string, string | undefined> = {
    'X-BAPI-API-KEY': apiKey,
    'X-BAPI-TIMESTAMP': timestamp,
    'X-BAPI-RECV-WINDOW': recvWindow,
    'X-BAPI-SIGN': signature(secret, timestamp + apiKey + recvWindow + payload),
    'Content-Type': 'application/json',
    ...asked.headers,
  };
  const given = Object.entries(headers).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(given) as Record<string, string>;
}

/** Sends one REST request. Rejects when the connection breaks off. */
export async function ask(exchange: Exchange, asked: Ask): Promise<Reply> {
  const body = typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body) || '';
  const method = asked.method ?? (asked.body === undefined ? 'GET' : 'POST');
  const query = asked.query === undefined ? '' : `?${asked.query}`;
  const sent = httpRequest(`${exchange.restUrl}${asked.path}${query}`, {
    method,
    headers: {
      ...signedHeaders(asked, method === 'GET' ? (asked.query ?? '') : body),
      'Content-Length': Buffer.byteLength(body),
    },
    agent: asked.agent ?? new Agent({ keepAlive: false }),
    ...(asked.signal ? { signal: asked.signal } : {}),
  });
  sent.end(body);
  return new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.once('error', reject);
      message.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode: status = 0, headers } = message;
        resolve({
          status,
          headers,
          text,
          get json() {
            return JSON.parse(text) as Envelope;
          },
        });
      });
    });
  });
}

export const cancel = (exchange: Exchange, body: object, more: Partial<Ask> = {}) =>
  ask(exchange, { path: '/v5/order/cancel', body, ...more });

export const cancelBatch = (exchange: Exchange, body: object, more: Partial<Ask> = {}) =>
  ask(exchange, { path: '/v5/order/cancel-batch', body, ...more });

export const cancelAll = (exchange: Exchange, body: object, more: Partial<Ask> = {}) =>
  ask(exchange, { path: '/v5/order/cancel-all', body, ...more });

export const realtime = (exchange: Exchange, query: string, more: Partial<Ask> = {}) =>
  ask(exchange, { path: '/v5/order/realtime', query, ...more });

export const history = (exchange: Exchange, query: string, more: Partial<Ask> = {}) =>
  ask(exchange, { path: '/v5/order/history', query, ...more });

/** @returns the next change of an order, as the exchange itself sees it */
export async function nextChange(exchange: Exchange): Promise<[Order, OrderRecord]> {
  return (await once(exchange.events, 'order')) as [Order, OrderRecord];
}

/** Resolves when every cancel that was accepted has taken effect, or can't any more. */
export async function settled(exchange: Exchange): Promise<void> {
  while (exchange.books.pendingCancels > 0) await sleep(1);
}

export type Received = Readonly<Record<string, unknown>>;

/** A WebSocket that hands out what it receives in order. */
export class TestSocket {
  private readonly inbox: string[] = [];
  private wake: (() => void) | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: RawData) => {
      this.inbox.push((data as Buffer).toString());
      this.wake?.();
    });
    socket.on('error', () => undefined);
  }

  static async open(exchange: Exchange, path: string): Promise<TestSocket> {
    const socket = new WebSocket(exchange.streamUrl + path, { rejectUnauthorized: false });
    const client = new TestSocket(socket);
    await once(socket, 'open');
    return client;
  }

  /** Opened and authenticated; on the private stream subscribed to `topics`, too. */
  static async ready(exchange: Exchange, path: string, topics?: string[]): Promise<TestSocket> {
    const client = await TestSocket.open(exchange, path);
    await client.call(authMessage());
    if (topics) await client.call({ op: 'subscribe', args: topics });
    return client;
  }

  /** How many messages nobody has taken yet. */
  get waiting(): number {
    return this.inbox.length;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async nextText(): Promise<string> {
    while (this.inbox.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.inbox.shift() ?? '';
  }

  async next(): Promise<Received> {
    return JSON.parse(await this.nextText()) as Received;
  }

  /** @returns the next message after the request */
  async call(message: unknown): Promise<Received> {
    this.send(message);
    return this.next();
  }

  /** The order of the next event. */
  async nextOrder(): Promise<Received> {
    const { data } = await this.next();
    return (data as Received[])[0] ?? {};
  }

  async closed(): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED) await once(this.socket, 'close');
  }
}

export function authMessage(
  change: { apiKey?: string; secret?: string; expires?: number } = {},
): Record<string, unknown> {
  const expires = change.expires ?? Date.now() + 10_000;
  const signed = signature(change.secret ?? DEMO_KEY.secret, `GET/realtime${expires}`);
  return { op: 'auth', args: [change.apiKey ?? DEMO_KEY.apiKey, expires, signed] };
}
