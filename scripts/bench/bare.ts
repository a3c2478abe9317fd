/** What the platform itself can do: one signed request on an open connection, and its answer read. */
import { createHmac } from 'node:crypto';
import { Agent, request as httpsRequest } from 'node:https';
import { WebSocket } from 'ws';
import { DEMO_KEY } from '../../simulator/exchange';
import { FIELDS, type Client, type Where } from './common';

const { apiKey, secret } = DEMO_KEY;
const WINDOW = '5000';

const signed = (text: string) => createHmac('sha256', secret).update(text).digest('hex');

interface Reply {
  readonly retCode: number;
  readonly reqId?: string;
  readonly op?: string;
}

export function openHttps({ restUrl }: Where): Promise<Client> {
  const agent = new Agent({ keepAlive: true });
  const options = { method: 'POST', agent } as const;
  const url = new URL('/v5/order/cancel', restUrl);
  const cancel = (orderId: string) =>
    new Promise<void>((resolve, reject) => {
      const body = JSON.stringify({ ...FIELDS, orderId });
      const timestamp = String(Date.now());
      const headers = {
        'X-BAPI-API-KEY': apiKey,
        'X-BAPI-TIMESTAMP': timestamp,
        'X-BAPI-RECV-WINDOW': WINDOW,
        'X-BAPI-SIGN': signed(timestamp + apiKey + WINDOW + body),
        'X-BAPI-SIGN-TYPE': '2',
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      };
      const request = httpsRequest(url, { ...options, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if ((JSON.parse(text) as Reply).retCode === 0) resolve();
          else reject(new Error(text));
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  return Promise.resolve({ cancel });
}

export function openWs({ streamUrl }: Where): Promise<Client> {
  const socket = new WebSocket(`${streamUrl}/v5/trade`, { perMessageDeflate: false });
  const waiting = new Map<string, (reply: Reply) => void>();
  let count = 0;
  const cancel = (orderId: string) =>
    new Promise<void>((resolve, reject) => {
      const reqId = String((count += 1));
      waiting.set(reqId, (reply) => {
        waiting.delete(reqId);
        if (reply.retCode === 0) resolve();
        else reject(new Error(String(reply.retCode)));
      });
      const header = { 'X-BAPI-TIMESTAMP': String(Date.now()), 'X-BAPI-RECV-WINDOW': WINDOW };
      const args = [{ ...FIELDS, orderId }];
      socket.send(JSON.stringify({ reqId, header, op: 'order.cancel', args }));
    });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => {
      const expires = Date.now() + 10_000;
      const args = [apiKey, expires, signed(`GET/realtime${expires}`)];
      socket.send(JSON.stringify({ op: 'auth', args }));
      setInterval(() => socket.send('{"op":"ping"}'), 15_000).unref();
    });
    socket.on('message', (data) => {
      const reply = JSON.parse((data as Buffer).toString()) as Reply;
      if (reply.op === 'auth') resolve({ cancel });
      else if (reply.reqId !== undefined) waiting.get(reply.reqId)?.(reply);
    });
  });
}
