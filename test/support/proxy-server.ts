/** A real proxy on loopback that knows CONNECT alone, and can be told to fail. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from './relay';

/** What comes of a CONNECT: a tunnel, silence, or an HTTP status. */
export type ProxyAnswer = 'tunnel' | 'silence' | number;

export interface ProxyOptions {
  /** `user:password` as they are, not encoded; default: nobody is asked */
  readonly credentials?: string;
  /** default: a tunnel */
  readonly answer?: ProxyAnswer;
  /** reached over TLS itself */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** port on loopback where all tunnels really lead: tests can use names that no DNS knows */
  readonly target?: number;
}

export async function startProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const proxy = new ProxyServer(options);
  await proxy.listen();
  return proxy;
}

export class ProxyServer {
  /** of the CONNECTs from now on */
  answer: ProxyAnswer;
  /** `host:port` of each CONNECT, in order, let through or not */
  readonly asked: string[] = [];
  /** connections made so far */
  connections = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly options: ProxyOptions) {
    this.answer = options.answer ?? 'tunnel';
    this.server = options.tls ? createTlsServer(options.tls) : createServer();
    this.server.on('connection', this.keep);
    this.server.on('connect', this.attend);
    // An ordinary request has no business here.
    this.server.on('request', (_message, response) => response.writeHead(405).end());
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** @param credentials as they stand in a URL: percent-encoded */
  url(credentials?: string): string {
    const { port } = this.server.address() as AddressInfo;
    const user = credentials === undefined ? '' : `${credentials}@`;
    // By name over TLS: a TLS server name is never an address.
    return this.options.tls
      ? `https://${user}localhost:${port}`
      : `http://${user}127.0.0.1:${port}`;
  }

  /** Resolves when somebody has asked for a tunnel. */
  async whenAsked(): Promise<void> {
    if (this.asked.length === 0) await once(this.server, 'asked');
  }

  /** Resolves when no connection is open. */
  async whenEmpty(): Promise<void> {
    if (this.sockets.size > 0) await once(this.server, 'empty');
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private readonly keep = (socket: Socket): void => {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      if (this.sockets.size === 0) this.server.emit('empty');
    });
  };

  private readonly attend = (message: IncomingMessage, client: Socket): void => {
    const { credentials, target } = this.options;
    this.asked.push(message.url ?? '');
    // A server's sockets may stay half open: the end of one is noticed only by who reads it.
    client.on('error', () => client.destroy());
    client.on('end', () => client.destroy());
    if (this.answer === 'silence') client.resume();
    else if (credentials !== undefined && !isGiven(message, credentials)) refuse(client, 407);
    else if (typeof this.answer === 'number') refuse(client, this.answer);
    else tunnel(message, client, target);
    this.server.emit('asked');
  };
}

function isGiven({ headers }: IncomingMessage, credentials: string): boolean {
  const basic = Buffer.from(credentials).toString('base64');
  return headers['proxy-authorization'] === `Basic ${basic}`;
}

function refuse(client: Socket, status: number): void {
  const ask = status === 407 ? 'Proxy-Authenticate: Basic realm="test"\r\n' : '';
  client.end(`HTTP/1.1 ${status} No\r\n${ask}Content-Length: 0\r\nConnection: close\r\n\r\n`);
}

function tunnel(message: IncomingMessage, client: Socket, target: number | undefined): void {
  const { hostname, port } = new URL(`http://${message.url ?? ''}`);
  const upstream = connect(target ?? Number(port || 80), target ? '127.0.0.1' : hostname);
  upstream.on('error', () => client.destroy());
  upstream.once('connect', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(client, upstream);
  });
}
