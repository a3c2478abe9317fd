/**
 * The exchange that all clients of the bench talk to, in a process of its own: it verifies every
 * signature and time stamp and answers as Bybit does, with nothing on the way that takes long. The
 * simulated exchange of the tests keeps books, which would hide what the clients differ in.
 */
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { DEMO_KEY } from '../../simulator/exchange';
import { testCertificate } from '../../simulator/keys';
import { serveParent } from './calls';
import { EVENT_DELAY } from './event-delay';

/** requests per second that the answers speak of: none is slowed down by a limit */
const LIMIT = 100_000;
/** ms */
const OFF = 5000;

/** What is told of the key (API section user/apikey-info). */
const KEY = {
  ...{ userID: 1, note: '', readOnly: 0, ips: ['127.0.0.1'] },
  permissions: { ContractTrade: ['Order'], Spot: ['SpotTrade'], Options: ['OptionsTrade'] },
};

type Fields = Readonly<Record<string, unknown>>;

const streams = new Set<WebSocket>();
let orders: WebSocket[] = [];
const counts = { requests: 0, times: 0 };

const limits = () => ({
  'X-Bapi-Limit': String(LIMIT),
  'X-Bapi-Limit-Status': String(LIMIT - 1),
  'X-Bapi-Limit-Reset-Timestamp': String(Date.now()),
});

function isSigned(text: string, signature: unknown): boolean {
  return createHmac('sha256', DEMO_KEY.secret).update(text).digest('hex') === signature;
}

function isTimely(timestamp: unknown): boolean {
  return Math.abs(Number(timestamp) - Date.now()) < OFF;
}

/** @returns the acknowledgement; the order's end follows on the stream */
function cancel({ symbol, orderId, orderLinkId = '' }: Fields): object | undefined {
  if (typeof symbol !== 'string' || typeof orderId !== 'string') return undefined;
  if (orders.length > 0) setTimeout(() => tellEnd(symbol, orderId), EVENT_DELAY);
  return { orderId, orderLinkId };
}

function recordOf(symbol: string, orderId: string): object {
  return {
    ...{ category: 'linear', symbol, orderId, orderLinkId: '', orderStatus: 'Cancelled' },
    ...{ cancelType: 'CancelByUser', cumExecQty: '0', avgPrice: '', leavesQty: '0' },
    updatedTime: String(Date.now()),
  };
}

function tellEnd(symbol: string, orderId: string): void {
  const data = [recordOf(symbol, orderId)];
  const event = JSON.stringify({ topic: 'order', creationTime: Date.now(), data });
  for (const stream of orders) stream.send(event);
}

function answer(request: IncomingMessage, body: string): object {
  const time = Date.now();
  if (request.url === '/v5/market/time') {
    counts.times += 1;
    const result = { timeSecond: String(Math.floor(time / 1000)), timeNano: `${time}000000` };
    return { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time };
  }
  // Once after a start and every six hours: no cancel waits for it.
  if (request.url === '/v5/user/query-api') {
    counts.times += 1;
    return { retCode: 0, retMsg: 'OK', result: KEY, retExtInfo: {}, time };
  }
  counts.requests += 1;
  const { headers } = request;
  const query = request.url?.split('?')[1] ?? '';
  const timestamp = String(headers['x-bapi-timestamp']);
  const signed =
    timestamp + DEMO_KEY.apiKey + String(headers['x-bapi-recv-window'] ?? '') + (query || body);
  const known = headers['x-bapi-api-key'] === DEMO_KEY.apiKey && isTimely(timestamp);
  const trusted = known && isSigned(signed, headers['x-bapi-sign']);
  const result = trusted ? resultOf(query, body) : undefined;
  if (result === undefined) return { retCode: 10004, retMsg: 'refused', result: {}, time };
  return { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time };
}

/** Of a look-up, which has a query, or of a cancel. */
function resultOf(query: string, body: string): object | undefined {
  if (query === '') return cancel(JSON.parse(body) as Fields);
  const asked = new URLSearchParams(query);
  return { list: [recordOf(asked.get('symbol') ?? '', asked.get('orderId') ?? '')] };
}

function respond(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    const text = JSON.stringify(answer(request, body));
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      ...limits(),
    });
    response.end(text);
  });
}

function attend(socket: WebSocket): void {
  let trusted = false;
  const say = (message: object) => socket.send(JSON.stringify(message));
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    streams.delete(socket);
    orders = orders.filter((one) => one !== socket);
  });
  streams.add(socket);
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString()) as Fields;
    const { op, reqId } = message;
    const args = Array.isArray(message.args) ? (message.args as unknown[]) : [];
    if (op === 'ping') {
      say({ success: true, ret_msg: 'pong', op: 'ping' });
    } else if (op === 'auth') {
      trusted = args[0] === DEMO_KEY.apiKey && isSigned(`GET/realtime${String(args[1])}`, args[2]);
      say({ success: trusted, retCode: trusted ? 0 : 10004, op: 'auth', connId: 'bench' });
    } else if (op === 'subscribe' && trusted) {
      orders.push(socket);
      say({ success: true, op: 'subscribe' });
    } else if (op === 'order.cancel') {
      counts.requests += 1;
      const header = (message.header ?? {}) as Fields;
      const taken = trusted && isTimely(header['X-BAPI-TIMESTAMP']);
      const result = taken ? cancel(args[0] as Fields) : undefined;
      const [retCode, retMsg] = result === undefined ? [10004, 'refused'] : [0, 'OK'];
      const told = { ...limits(), Timenow: String(Date.now()) };
      say({ reqId, retCode, retMsg, op, data: result ?? {}, header: told, connId: 'bench' });
    }
  });
}

async function main(): Promise<void> {
  const server = createServer({ ...testCertificate(), keepAliveTimeout: 0 }, respond);
  const sockets = new WebSocketServer({ noServer: true });
  let open = 0;
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, attend);
  });
  server.on('connection', (socket) => {
    open += 1;
    socket.on('close', () => (open -= 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  serveParent({
    port: () => Promise.resolve(port),
    /** what came in, and the connections that are open */
    counts: () => Promise.resolve({ ...counts, open, websockets: streams.size }),
  });
}

void main();
