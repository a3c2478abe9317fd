/** The WebSocket side: connections, messages in, replies out. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { answerOf, refusals, type Answer } from '../protocol/answers';
import { authenticateSocket, type Checker } from '../protocol/checks';
import type { Clock } from '../clock';
import { deliver, type Line } from '../faults/delivery';
import type { Effect } from '../faults/fault-kinds';
import type { Faults } from '../faults/faults';
import type { SimulatedKey } from '../protocol/api-keys';
import { asParams, parseJson, type ReceivedRequest } from '../protocol/requests';
import { Session, type Channel, type Message } from './session';

export interface SocketsOptions {
  readonly clock: Clock;
  readonly checker: Checker;
  readonly faults: Faults;
  record(request: Omit<ReceivedRequest, 'index' | 'at'>): ReceivedRequest;
  answered(request: ReceivedRequest): void;
  /** told when a connection was opened or closed */
  changed(): void;
}

export class Sockets {
  private readonly channels = new Map<string, Channel>();
  private readonly attended = new Map<Session, Channel>();
  // Pings are answered by hand, since a fault can forbid it.
  private readonly server = new WebSocketServer({ noServer: true, autoPong: false });

  constructor(private readonly options: SocketsOptions) {}

  serve(channel: Channel): void {
    this.channels.set(channel.path, channel);
  }

  /** The connections open now on the channel of this path. */
  sessions(path: string): Session[] {
    return [...this.attended].filter(([, channel]) => channel.path === path).map(([one]) => one);
  }

  /** Drops every connection without a goodbye. */
  cut(): void {
    for (const session of this.attended.keys()) session.socket.terminate();
  }

  /** Lets every connection that is open now fall silent for good. */
  mute(): void {
    for (const session of this.attended.keys()) session.muted = true;
  }

  open(): WebSocket[] {
    return [...this.attended.keys()].map(({ socket }) => socket);
  }

  /** For both channels: the key that signed an `auth`. */
  readonly authenticate = (session: Session, args: unknown): SimulatedKey => {
    if (this.options.faults.takeAuth()) throw refusals.params('refused');
    return authenticateSocket(this.options.checker, args, session.ip);
  };

  /** Handles an upgrade of the HTTP server. */
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const channel = this.channels.get((message.url ?? '').split('?')[0] ?? '');
    if (!channel) {
      refuse(socket, '404 Not Found');
      return;
    }
    if (this.options.faults.takeConnection()) {
      refuse(socket, '503 Service Unavailable');
      return;
    }
    this.server.handleUpgrade(message, socket, head, (opened) => {
      this.attend(new Session(opened, message), channel);
    });
  }

  private attend(session: Session, channel: Channel): void {
    const { socket } = session;
    this.attended.set(session, channel);
    socket.on('close', () => {
      this.attended.delete(session);
      this.options.changed();
    });
    socket.on('error', () => socket.terminate());
    socket.on('ping', (data) => {
      if (!session.muted && !this.options.faults.pingsIgnored) socket.pong(data);
    });
    socket.on('message', (data) => this.receive(session, channel, bytesOf(data)));
    this.options.changed();
  }

  private receive(session: Session, channel: Channel, rawBody: Buffer): void {
    const { faults, clock } = this.options;
    const message: Message = asParams(parseJson(rawBody.toString()));
    const op = typeof message.op === 'string' ? message.op : '';
    const args = message.args;
    const request = this.options.record({
      transport: 'websocket',
      operation: `ws:${op}`,
      method: op,
      path: channel.path,
      query: (session.opening.url ?? '').split('?')[1] ?? '',
      headers: session.opening.headers,
      rawBody,
      params: asParams(Array.isArray(args) ? args[0] : undefined),
    });
    if (op === 'ping' && faults.pingsIgnored) return;
    const line = this.line({ session, channel, message, request });
    const process = (effect?: Effect): Answer => {
      request.processed = true;
      return answerOf(() => channel.process({ session, message, request, effect }));
    };
    deliver(request, faults.take(request), { process, line, clock });
  }

  private line(context: {
    session: Session;
    channel: Channel;
    message: Message;
    request: ReceivedRequest;
  }): Line {
    const { session, channel, message, request } = context;
    const encode = (answer: Answer) => JSON.stringify(channel.encode(session, message, answer));
    const send = (text: string, retCode?: number): void => {
      if (retCode !== undefined) request.retCode = retCode;
      session.send(text);
      this.options.answered(request);
    };
    return {
      answer: (answer) => send(encode(answer), answer.retCode),
      truncated: (answer) => {
        const text = encode(answer);
        send(text.slice(0, text.length / 2));
      },
      // Where REST would answer with another status, a gateway drops the connection.
      raw: (page) => (page.status === 200 ? send(page.body) : session.socket.terminate()),
      oversized: (bytes) => {
        const padding = { retCode: 0, retMsg: 'OK', result: { padding: 'x'.repeat(bytes) } };
        send(encode(padding), 0);
      },
      reset: () => session.socket.terminate(),
    };
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
