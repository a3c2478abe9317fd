/** A real proxy on loopback that knows CONNECT alone, and can be told to fail. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from './relay';

export interface ProxyOptions {
  /** `user:password` as they are, not encoded; default: nobody is asked */
  readonly credentials?: string;
  /** what comes of a CONNECT: a tunnel, silence, or this HTTP status; default a tunnel */
  readonly answer?: 'tunnel' | 'silence' | number;
  /** reached over TLS itself */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** where all tunnels really lead, so that a test can use names that no DNS knows */
  readonly target?: number;
}

export interface ProxyServer {
  readonly port: number;
  /** `host:port` of each CONNECT, in order, let through or not */
  readonly asked: readonly string[];
  /** connections made so far */
  readonly connections: number;
  /** connections open now */
  readonly open: number;
  /** @param credentials as they stand in a URL: percent-encoded */
  url(credentials?: string): string;
  /** Resolves when somebody has asked for a tunnel. */
  whenAsked(): Promise<void>;
  /** Resolves when no connection is open. */
  whenEmpty(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const { tls } = options;
  const server = tls ? createTlsServer(tls) : createServer();
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) server.emit('empty');
    });
  });
  // An ordinary request has no business here.
  server.on('request', (_message, response) => response.writeHead(405).end());
  server.on('connect', (message: IncomingMessage, client: Socket) => {
    asked.push(message.url ?? '');
    client.on('error', () => client.destroy());
    answer(message, client, options);
    server.emit('asked');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    // The certificate's name: a TLS server name is never an address.
    url: (credentials) =>
      `${tls ? 'https' : 'http'}://${credentials ? `${credentials}@` : ''}${tls ? 'localhost' : '127.0.0.1'}:${port}`,
    async whenAsked() {
      if (asked.length === 0) await once(server, 'asked');
    },
    async whenEmpty() {
      if (sockets.size > 0) await once(server, 'empty');
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function answer(message: IncomingMessage, client: Socket, options: ProxyOptions): void {
  const { credentials, answer: told = 'tunnel' } = options;
  if (told === 'silence') return;
  if (credentials !== undefined && !isGiven(message, credentials)) refuse(client, 407);
  else if (typeof told === 'number') refuse(client, told);
  else tunnel(message, client, options.target);
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
