/** The port: one HTTP or HTTPS server on 127.0.0.1, and the TCP connections that it accepted. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ExchangeOptions } from '../options';

export interface ServerHandlers {
  request(message: IncomingMessage, response: ServerResponse): void;
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** What ends with an event `close`. */
interface Closing {
  once(event: 'close', listener: () => void): unknown;
}

export class ExchangeServer {
  private readonly server: Server;
  private readonly connected = new Set<Socket>();
  private readonly secure: boolean;
  private listeningPort = 0;

  constructor(tls: ExchangeOptions['tls'], handlers: ServerHandlers) {
    this.secure = tls !== undefined;
    this.server = tls ? createTlsServer(tls) : createServer();
    this.server.on('request', (message, response) => handlers.request(message, response));
    this.server.on('upgrade', (message, socket, head) => handlers.upgrade(message, socket, head));
    // Of both kinds of server: the TCP socket, below TLS.
    this.server.on('connection', (socket) => {
      if (!this.server.listening) socket.destroy();
      this.connected.add(socket);
      socket.on('close', () => this.connected.delete(socket));
      socket.on('error', () => socket.destroy());
    });
  }

  /** stays known when it is closed */
  get port(): number {
    return this.listeningPort;
  }

  /** The origin of this server: `http`, `ws`, or with TLS `https`, `wss`. */
  origin(scheme: 'http' | 'ws'): string {
    return `${scheme}${this.secure ? 's' : ''}://127.0.0.1:${this.listeningPort}`;
  }

  /** TCP connections open now. */
  get connections(): number {
    return this.connected.size;
  }

  /** Destroys every connection in the midst of whatever it is at. */
  cut(): void {
    for (const socket of this.connected) socket.destroy();
  }

  async listen(port: number): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.listeningPort = (this.server.address() as AddressInfo).port;
  }

  /**
   * Ends the server and its connections.
   * @param others closed with them; waited for too
   * @returns whether it was open
   */
  async close(others: readonly Closing[]): Promise<boolean> {
    if (!this.server.listening) return false;
    const closed = [this.server, ...this.connected, ...others].map(
      (one) => new Promise<void>((resolve) => one.once('close', () => resolve())),
    );
    this.server.close();
    this.cut();
    await Promise.all(closed);
    return true;
  }
}
