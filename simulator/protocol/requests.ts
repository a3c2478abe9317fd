/** Everything that the exchange receives, in order. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Params } from './params';

export interface ReceivedRequest {
  /** its place in `exchange.requests` */
  readonly index: number;
  readonly transport: 'http' | 'websocket';
  /** `order/cancel`, `market/time` …; over a WebSocket `ws:` and the op: `ws:order.cancel`, `ws:auth` … */
  readonly operation: string;
  /** the HTTP method, or the op of a WebSocket message */
  readonly method: string;
  readonly path: string;
  /** the raw query string, without `?` */
  readonly query: string;
  /** of a WebSocket message: the headers that the connection was opened with */
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
  /** the JSON body, the query, or the first argument of a WebSocket message; unchecked */
  readonly params: Params;
  /** ms since the epoch, this machine's clock */
  readonly at: number;
  /** What the exchange did with it: absent when it was never processed. */
  processed?: true;
  /** The code that was answered; absent when none was. */
  retCode?: number;
  /** The HTTP status that was answered. */
  status?: number;
  /** The scripted fault that it met. */
  fault?: string;
}

export function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

export const asParams = (value: unknown): Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : {};
