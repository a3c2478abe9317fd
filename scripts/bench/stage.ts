/** An exchange and the clients that are measured at it, each a program of its own. */
import { startProgram, type Program } from './calls';
import type { ClientName } from './clients';
import type { Where } from './common';

export interface Counts {
  /** cancels and look-ups */
  readonly requests: number;
  /** requests for the exchange's time */
  readonly times: number;
  /** connections open now */
  readonly open: number;
  readonly websockets: number;
}

export interface Stage {
  readonly where: Where;
  counts(): Promise<Counts>;
  /** Starts a client; resolves when it has cancelled once or is ready to. */
  client(name: ClientName, where?: Where, nodeOptions?: readonly string[]): Promise<Program>;
  /** A relay to the exchange. */
  relay(delayMs: number, idleMs: number): Promise<{ port: number; program: Program }>;
  end(): Promise<void>;
}

export const whereAt = (restPort: number, streamPort = restPort): Where => ({
  restUrl: `https://127.0.0.1:${restPort}`,
  streamUrl: `wss://127.0.0.1:${streamPort}`,
});

export async function openStage(): Promise<Stage> {
  const programs: Program[] = [];
  const start = (...what: Parameters<typeof startProgram>) => {
    const program = startProgram(...what);
    programs.push(program);
    return program;
  };
  const exchange = start('exchange');
  const port = await exchange.call<number>('port');
  const where = whereAt(port);
  return {
    where,
    counts: () => exchange.call<Counts>('counts'),
    async client(name, { restUrl, streamUrl } = where, nodeOptions = []) {
      const program = start('client', [name, restUrl, streamUrl], nodeOptions);
      await program.call('ready');
      return program;
    },
    async relay(delayMs, idleMs) {
      const program = start('relay', [port, delayMs, idleMs].map(String));
      return { port: await program.call<number>('port'), program };
    },
    async end() {
      // The exchange last: a client that loses it would complain.
      for (const program of programs.reverse()) await program.stop();
    },
  };
}
