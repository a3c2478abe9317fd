/** The way back over HTTP: whole answers, and all that can come in their place. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Answer } from '../protocol/answers';
import type { Clock } from '../clock';
import type { Line, RawPage } from '../faults/delivery';
import { limitHeaders } from '../protocol/limits';
import type { ReceivedRequest } from '../protocol/requests';

const CHUNK = 64 * 1024;

export function httpLine(
  response: ServerResponse,
  request: ReceivedRequest,
  context: { clock: Clock; told: () => void },
): Line {
  const told = (status: number, retCode?: number): void => {
    request.status = status;
    if (retCode !== undefined) request.retCode = retCode;
    context.told();
  };
  return {
    answer: (answer) => {
      const body = envelope(answer, context.clock);
      response.writeHead(200, headers(answer, body)).end(body);
      told(200, answer.retCode);
    },
    truncated: (answer) => {
      const body = envelope(answer, context.clock);
      response.writeHead(200, headers(answer, body));
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      told(200);
    },
    raw: (page) => {
      sendPage(response, page);
      told(page.status);
    },
    oversized: (bytes) => {
      sendOversized(response, bytes);
      told(200, 0);
    },
    reset: () => reset(response),
  };
}

function envelope({ retCode, retMsg, result, extInfo = {} }: Answer, clock: Clock): string {
  return JSON.stringify({ retCode, retMsg, result, retExtInfo: extInfo, time: clock.server() });
}

function headers(answer: Answer, body: string): OutgoingHttpHeaders {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...(answer.limit ? limitHeaders(answer.limit) : {}),
  };
}

function sendPage(response: ServerResponse, page: RawPage): void {
  const length = Buffer.byteLength(page.body);
  response.writeHead(page.status, { 'Content-Length': length, ...page.headers }).end(page.body);
}

/** In pieces and only as fast as they are taken, so that the size costs no memory here. */
function sendOversized(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.write('{"retCode":0,"retMsg":"OK","retExtInfo":{},"time":0,"result":{"padding":"');
  const piece = Buffer.alloc(CHUNK, 'x');
  let left = bytes;
  const send = (): void => {
    while (left > 0) {
      const size = Math.min(left, CHUNK);
      left -= size;
      if (!response.write(piece.subarray(0, size)) && left > 0) {
        response.once('drain', send);
        return;
      }
    }
    response.end('"}}');
  };
  send();
}

/** An RST where the transport allows one: a FIN could pass for an orderly end. */
function reset(response: ServerResponse): void {
  const { socket } = response;
  if (socket instanceof Socket && !('encrypted' in socket)) socket.resetAndDestroy();
  else socket?.destroy();
}
