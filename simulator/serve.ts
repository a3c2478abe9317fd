/** The simulated exchange as a program: `node --import tsx simulator/serve.ts --port N` */
import { parseArgs } from 'node:util';
import { startExchange } from './exchange';

async function serve(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
  const exchange = await startExchange({ port: Number(values.port), demo: true });
  console.log(`simulated exchange at ${exchange.restUrl}`);
  const stop = (): void => {
    void exchange.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Started with an IPC channel, it ends with its parent.
  process.once('disconnect', stop);
}

serve().catch((error: unknown) => {
  console.error(`the simulated exchange can't start: ${String(error)}`);
  process.exitCode = 1;
});
