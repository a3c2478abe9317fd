/** A TCP relay in front of a server: it counts connections and bytes, and can hold its tongue. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Relay {
  readonly port: number;
  /** connections made so far */
  readonly connections: number;
  /** bytes that came from the server */
  readonly bytesDown: number;
  /** Resolves when a client is or was connected. */
  whenConnected(): Promise<void>;
  /** Resolves when no client is connected. */
  whenEmpty(): Promise<void>;
  /** From now on nothing passes, and no connection ends: a line that is dead without saying so. */
  silence(): void;
  close(): Promise<void>;
}

/** @param target port on loopback; without one, all that arrives is swallowed and never answered */
export async function startRelay(target?: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let open = 0;
  let bytesDown = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    connections += 1;
    open += 1;
    keep(client);
    client.on('close', () => {
      open -= 1;
      if (open === 0) server.emit('empty');
    });
    if (target === undefined) {
      client.resume();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    keep(upstream);
    upstream.on('data', (data) => (bytesDown += data.length));
    join(client, upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get bytesDown() {
      return bytesDown;
    },
    async whenConnected() {
      if (connections === 0) await once(server, 'connection');
    },
    async whenEmpty() {
      if (open > 0) await once(server, 'empty');
    },
    silence() {
      for (const socket of sockets) socket.unpipe().resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Each end is piped into the other; when one is gone, so is the other. */
export function join(one: Socket, other: Socket): void {
  one.pipe(other);
  other.pipe(one);
  one.on('close', () => other.destroy());
  other.on('close', () => one.destroy());
}

/** A port on loopback that nobody listens at. */
export async function closedPort(): Promise<number> {
  const relay = await startRelay();
  await relay.close();
  return relay.port;
}
