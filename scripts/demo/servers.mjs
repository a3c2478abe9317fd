/** What the demo runs: the simulated exchange, and a Node-RED that talks to it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tsImport } from 'tsx/esm/api';
import { installed, root } from '../run.mjs';
import { userDir } from './user-data.mjs';

/** @returns where the exchange listens, and a promise that rejects when it ends */
export async function startExchange(processes) {
  const script = join(root, 'simulator', 'serve.ts');
  const args = ['--import', 'tsx', script, '--port', '0'];
  const { stdout, over } = processes.start('The simulated exchange', args);
  const url = new Promise((resolve) => {
    let text = '';
    stdout.on('data', (chunk) => {
      text += chunk;
      const found = /simulated exchange at (http:\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
  });
  return { url: await Promise.race([url, over]), over };
}

/**
 * Starts Node-RED and waits until its flow runs.
 * @returns `over`, a promise that rejects when it ends
 */
export async function startNodeRed(processes, port, exchange) {
  const { DEMO_KEY } = await tsImport('../../simulator/exchange.ts', import.meta.url);
  const settings = join(root, 'scripts', 'demo', 'settings.cjs');
  const [, script] = installed('node-red');
  const args = [script, '--settings', settings, '--userDir', userDir, '--port', String(port)];
  const { stdout, over } = processes.start('Node-RED', args, {
    BYBIT_DEMO_REST_URL: exchange,
    BYBIT_DEMO_STREAM_URL: exchange.replace('http:', 'ws:'),
    BYBIT_DEMO_KEY: DEMO_KEY.apiKey,
    BYBIT_DEMO_SECRET: DEMO_KEY.secret,
  });
  stdout.pipe(process.stdout);
  await Promise.race([flowRuns(port, processes.ending), over]);
  return { over };
}

async function flowRuns(port, signal) {
  for (;;) {
    const state = await fetch(`http://127.0.0.1:${port}/flows/state`)
      .then((answer) => answer.json())
      .catch(() => undefined);
    if (state?.state === 'start') return;
    await sleep(200);
    signal.throwIfAborted();
  }
}
