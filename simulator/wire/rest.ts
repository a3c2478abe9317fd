/** The REST side (API section guide): reads, checks, answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressLimiter } from '../protocol/address-limit';
import { accepted, answerOf, refusals, type Answer } from '../protocol/answers';
import { authenticate, type Checker } from '../protocol/checks';
import type { DemoEndpoint } from '../demo';
import { deliver, type RawPage } from '../faults/delivery';
import type { Effect } from '../faults/fault-kinds';
import type { Faults } from '../faults/faults';
import { httpLine } from './http-line';
import type { Exchangeable } from '../operations/operation';
import { PRIVATE_OPERATIONS, PUBLIC_OPERATIONS } from '../operations/operations';
import { bodyParams, type Params } from '../protocol/params';
import { asParams, parseJson, type ReceivedRequest } from '../protocol/requests';

export interface RestOptions {
  readonly state: Exchangeable;
  readonly checker: Checker;
  readonly faults: Faults;
  readonly demo: Readonly<Record<string, DemoEndpoint>>;
  readonly addresses: AddressLimiter;
  record(request: Omit<ReceivedRequest, 'index' | 'at'>): ReceivedRequest;
  answered(request: ReceivedRequest): void;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const queryParams = (query: string): Params => Object.fromEntries(new URLSearchParams(query));

export class Rest {
  constructor(private readonly options: RestOptions) {}

  /** Handles one request of the HTTP server. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    let rawBody: Buffer;
    try {
      rawBody = await bodyOf(message);
    } catch {
      return; // the client is gone
    }
    const [path = '', query = ''] = (message.url ?? '').split('?');
    const method = message.method ?? '';
    const request = this.options.record({
      transport: 'http',
      operation: path.replace(/^\/v5\//, ''),
      method,
      path,
      query,
      headers: message.headers,
      rawBody,
      params: method === 'GET' ? queryParams(query) : asParams(parseJson(rawBody.toString())),
    });
    this.respond(request, message, response);
  }

  private respond(
    request: ReceivedRequest,
    message: IncomingMessage,
    response: ServerResponse,
  ): void {
    const { faults, state } = this.options;
    const told = () => this.options.answered(request);
    const line = httpLine(response, request, { told, clock: state.clock });
    const route = `${request.method} ${request.operation}`;
    const demo = this.options.demo[`${request.method} ${request.path}`];
    if (demo) {
      line.answer(answerOf(() => accepted(demo(request.params))));
      return;
    }
    const ip = message.socket.remoteAddress ?? '';
    if (this.options.addresses.refuses(ip)) {
      line.raw(plain(403, 'access too frequent'));
      return;
    }
    if (!(route in PRIVATE_OPERATIONS) && !(route in PUBLIC_OPERATIONS)) {
      line.raw(plain(404, '404 page not found'));
      return;
    }
    // A GET with a body is one of the documented causes of a 403 (API section error).
    if (request.method === 'GET' && request.rawBody.length > 0) {
      line.raw(plain(403, '403 Forbidden'));
      return;
    }
    const process = (effect?: Effect): Answer => {
      request.processed = true;
      return answerOf(() => this.run(request, { route, ip, effect }));
    };
    deliver(request, faults.take(request), { process, line, clock: state.clock });
  }

  private run(
    request: ReceivedRequest,
    how: { route: string; ip: string; effect: Effect | undefined },
  ): Answer {
    const { state, checker } = this.options;
    const isGet = request.method === 'GET';
    const open = PUBLIC_OPERATIONS[how.route];
    if (open) return open(state, request.params);
    const payload = isGet ? Buffer.from(request.query) : request.rawBody;
    const key = authenticate(checker, { headers: request.headers, payload, ip: how.ip });
    const params = isGet ? request.params : bodyParams(parseJson(request.rawBody.toString()));
    const operation = PRIVATE_OPERATIONS[how.route];
    if (!operation) throw refusals.params('route');
    const { index, query } = request;
    return operation(state, params, { key, request: index, query, effect: how.effect });
  }
}

const plain = (status: number, body: string): RawPage => ({
  status,
  headers: { 'Content-Type': 'text/plain' },
  body,
});
