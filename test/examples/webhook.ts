/** A service that takes alerts, as Telegram does. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Call {
  readonly path: string;
  readonly body: { readonly chat_id?: string; readonly text?: string };
}

export class Webhook {
  readonly calls: Call[] = [];
  /** What it answers; 0 hangs up without an answer. */
  status = 200;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        this.calls.push({ path: request.url ?? '', body: JSON.parse(body) as Call['body'] });
        if (this.status === 0) request.socket.destroy();
        else response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<Webhook> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Webhook(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
