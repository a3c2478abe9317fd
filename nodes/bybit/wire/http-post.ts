/**
 * POST over Node's own HTTP client, for the requests that must not lose time: what a general client
 * does for each of them takes longer than all else on its way from the message to the wire.
 */
import {
  request as httpRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { HttpResponse } from '../answers/reply';

type Headers = Readonly<Record<string, string>>;

export interface Post {
  readonly path: string;
  /** of this request alone */
  readonly headers: Headers;
  readonly body: string;
}

/** A request on its way. */
export interface Sending {
  readonly request: ClientRequest;
  /** Rejects with the client's own error, which carries the request and must not travel on. */
  readonly response: Promise<HttpResponse>;
  /** Ends it; the response rejects at once, even while no connection is there to be cut. */
  readonly abort: () => void;
}

/** As the system names it. */
const BROKEN = Object.assign(new Error('closed'), { code: 'ECONNRESET' });

/**
 * @param origin https or http; read once for all requests
 * @param always headers of every request
 * @param onProgress called with the bytes of a response that have come so far
 */
export function createPost(
  origin: string,
  agent: Agent,
  always: Headers,
): (post: Post, onProgress: (bytes: number) => void) => Sending {
  const { protocol, hostname, host, port } = new URL(origin);
  const send = protocol === 'https:' ? httpsRequest : httpRequest;
  // In URLs an IPv6 address stands in brackets.
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  const common = listOf({ host, ...always });
  return ({ path, headers, body }, onProgress) => {
    // Spelled out: an object that others are spread into has a new shape each time, and all who read
    // it are slow.
    const request = send({
      method: 'POST',
      protocol,
      hostname: bare,
      port: port === '' ? undefined : port,
      agent,
      path,
      headers: listOf(headers).concat(common, 'content-length', String(Buffer.byteLength(body))),
    } satisfies RequestOptions);
    let abort: () => void = () => undefined;
    const response = new Promise<HttpResponse>((resolve, reject) => {
      abort = () => {
        reject(new Error('aborted'));
        request.destroy();
      };
      request.on('error', reject);
      // However it ends without a word, as after a 101: by then an answer has come or none will.
      request.on('close', () => reject(BROKEN));
      request.on('response', (response) => {
        response.on('error', reject);
        receive(response, onProgress, resolve);
      });
    });
    request.end(body);
    return { request, response, abort };
  };
}

/** Names and values in turn are written as they are; an object is taken apart and put together again. */
function listOf(headers: Headers): string[] {
  const list: string[] = [];
  for (const name in headers) list.push(name, headers[name] ?? '');
  return list;
}

function receive(
  response: IncomingMessage,
  onProgress: (bytes: number) => void,
  done: (response: HttpResponse) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    onProgress((bytes += chunk.length));
  });
  response.on('end', () => {
    const { statusCode = 0, headers } = response;
    done({ statusCode, headers, body: textOf(chunks) });
  });
}

/** Most answers come in one piece. */
function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString();
}
