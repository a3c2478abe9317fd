/**
 * `npm start`: the demo. Installs and builds, then runs Node-RED with a flow that cancels orders on
 * a simulated exchange; both listen on this machine alone and end with this process.
 */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { DemoEnded, Processes } from './demo/processes.mjs';
import { writeUserData } from './demo/user-data.mjs';
import { installMissing } from './install.mjs';
import { root, run, StepFailed } from './run.mjs';

const processes = new Processes();

async function main() {
  const port = wantedPort();
  await checkFree(port);
  await installMissing();
  console.log('Building …');
  await run('build', [process.execPath, join(root, 'scripts', 'build.mjs')]);
  // What it imports exists only after the installation.
  const { startExchange, startNodeRed } = await import('./demo/servers.mjs');
  const kept = writeUserData();
  const exchange = await startExchange(processes);
  const nodeRed = await startNodeRed(processes, port, exchange.url);
  tell(port, exchange.url, kept);
  await Promise.race([exchange.over, nodeRed.over]);
}

function wantedPort() {
  const text = process.env.PORT ?? '1880';
  const port = Number(text);
  if (/^\d+$/.test(text) && port > 0 && port < 65536) return port;
  throw new StepFailed(`PORT must be a number from 1 to 65535, not "${text}".`);
}

/** Checked before the long steps, so that nobody waits for a build to find out. */
function checkFree(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', ({ code }) =>
      reject(
        new StepFailed(`Port ${port} of 127.0.0.1 can't be used (${inWords(code)}).
Choose another one: PORT=${port === 1880 ? 1881 : port + 1} npm start`),
      ),
    );
    server.listen(port, '127.0.0.1', () => server.close(resolve));
  });
}

function inWords(code) {
  if (code === 'EADDRINUSE') return 'another program listens there, perhaps another Node-RED';
  return code === 'EACCES' ? 'it needs more rights' : code;
}

function tell(port, exchange, kept) {
  console.log(`
The demo is running. It needs no account: its orders are on a simulated exchange (${exchange}).

  1. Open http://127.0.0.1:${port}
  2. Press the button left of "Place an order", then the one left of "Cancel it".
  3. The debug sidebar (the bug at the top right) shows what became of the order.
     The other buttons show other ways in which a cancel can end; the comments say what to expect.

Or over HTTP, with the orderId that the first command shows:

  curl -X POST http://127.0.0.1:${port}/place
  curl -i http://127.0.0.1:${port}/cancel -H 'Content-Type: application/json' \\
    -d '{"category":"linear","symbol":"BTCUSDT","orderId":"…"}'

${kept ? 'Your changes to the demo flow were kept; delete .node-red for the original.\n' : ''}Press Ctrl-C to end everything.`);
}

/** npm passes a signal on to its shell, and some shells keep it to themselves when they end. */
function endWithShell() {
  const shell = process.ppid;
  setInterval(() => process.ppid === shell || processes.end(), 500).unref();
}

if (process.env.npm_lifecycle_event) endWithShell();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => processes.end());
try {
  await main();
} catch (error) {
  if (!(error instanceof StepFailed || error instanceof DemoEnded)) throw error;
  if (!processes.ending.aborted) {
    console.error(`\nnpm start: ${error.message}`);
    process.exitCode = 1;
  }
} finally {
  await processes.end();
}
