/**
 * A TCP relay as a program, `relay.ts PORT DELAY IDLE`: everything takes DELAY ms each way, and a
 * connection without traffic for IDLE ms is closed, as servers do; 0: none is.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { serveParent } from './calls';

const [port = 0, delay = 0, idle = 0] = process.argv.slice(2).map(Number);
const clients = new Set<Socket>();

/**
 * Hands on what comes, later and in order; an end too.
 * @param since when the first can have been sent
 */
function pass(from: Socket, to: Socket, since = 0): void {
  const waiting: { at: number; data: Buffer | undefined }[] = [];
  const due = () => {
    // Timers are coarse: what is due within half a millisecond goes.
    while (waiting[0] !== undefined && waiting[0].at <= performance.now() + 0.5) {
      const data = waiting.shift()?.data;
      if (data === undefined) to.end();
      else if (to.writable) to.write(data);
    }
    const [next] = waiting;
    if (next !== undefined) setTimeout(due, Math.max(1, next.at - performance.now()));
  };
  const put = (data?: Buffer) => {
    const at = Math.max(performance.now(), since) + delay;
    waiting.push({ at, data });
    if (waiting.length === 1) setTimeout(due, at - performance.now());
  };
  from.on('data', put);
  from.on('end', () => put());
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.destroy(), 2 * delay + 10));
}

async function main(): Promise<void> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    clients.add(client.on('close', () => clients.delete(client)));
    if (idle > 0) client.setTimeout(idle, () => client.end());
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    // The system has accepted it already: over a distance that alone takes a round trip.
    pass(client, upstream, performance.now() + 2 * delay);
    pass(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  serveParent({
    port: () => Promise.resolve((server.address() as AddressInfo).port),
    /** Closes all connections, as a server does with idle ones. */
    closeIdle: async () => {
      for (const client of clients) client.end();
      while (clients.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
}

void main();
