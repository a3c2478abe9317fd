/** The package as a user gets it: packed, installed from the tarball, and running in Node-RED. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './commands';
import { checkContents, footprint } from './contents';
import {
  installPackage,
  installRuntime,
  startNodeRed,
  type NodeRed,
  type Runtime,
} from './node-red';
import { startExchange, type Exchange } from './simulated-exchange';

const MODULE = '@node-red-bybit/cancel-order';
const ACTIONS = ['bybit-cancel-all', 'bybit-cancel-order', 'bybit-cancel-orders'];
const TYPES = ['bybit-config', ...ACTIONS];
const RUNTIMES: readonly Runtime[] = [{ nodeRed: '4.1' }, { nodeRed: '5', node: '24' }];

interface Installation {
  /** the package's folder in the user directory */
  readonly home: string;
  readonly exchange: Exchange;
  readonly nodeRed: NodeRed;
}

let temp: string;
let tarball: string;

before('pack', async () => {
  temp = await mkdtemp(join(tmpdir(), 'cancel-order-package-'));
  await run('npm', ['pack', '--pack-destination', temp]);
  const [name, ...more] = (await readdir(temp)).filter((file) => file.endsWith('.tgz'));
  assert.ok(name && more.length === 0, 'npm pack leaves one tarball');
  tarball = join(temp, name);
});
after(() => rm(temp, { recursive: true, force: true, maxRetries: 5 }));

for (const runtime of RUNTIMES) {
  const title = `Node-RED ${runtime.nodeRed} on Node ${runtime.node ?? process.versions.node}`;
  describe(`The packed package in ${title}`, () => {
    let installation: Installation;
    before('install and start', async () => {
      installation = await install(runtime, title);
    });
    after('stop', async () => {
      await installation.nodeRed.program.stop();
      await installation.exchange.program.stop();
    });
    checkEditorSide(() => installation);
    checkCancels(() => installation);
    it('ends when told to', async () => {
      const { program } = installation.nodeRed;
      assert.equal(await program.stop('SIGINT'), 0, program.output());
    });
  });
}

async function install(runtime: Runtime, title: string): Promise<Installation> {
  const folder = join(temp, `node-red-${runtime.nodeRed}`);
  const installed = await installRuntime(folder, runtime);
  const userDir = await installPackage(folder, tarball, installed.node);
  const exchange = await startExchange();
  const nodeRed = await startNodeRed(installed, userDir, exchange.url);
  const modules = join(userDir, 'node_modules');
  console.log(`\n  ${title} is ${installed.version}: ${await footprint(modules)}`);
  return { home: join(modules, ...MODULE.split('/')), exchange, nodeRed };
}

function checkEditorSide(installation: () => Installation): void {
  const get = async (path: string, accept = 'application/json'): Promise<string> => {
    const { url } = installation().nodeRed;
    const answer = await fetch(url + path, { headers: { accept } });
    assert.equal(answer.status, 200, `GET ${path}`);
    return answer.text();
  };

  it('holds what it should and nothing else', () => checkContents(installation().home, TYPES));

  it('loads all node types without an error', async () => {
    const sets = JSON.parse(await get('/nodes')) as Record<string, unknown>[];
    const ours = sets.filter(({ module }) => module === MODULE);
    assert.deepEqual(ours.flatMap(({ types }) => types).sort(), [...TYPES].sort());
    assert.ok(ours.every(({ enabled, err }) => enabled === true && err === undefined));
    assert.doesNotMatch(installation().nodeRed.program.output(), /\[(?:error|fatal)\]/i);
  });

  for (const type of TYPES) {
    it(`serves dialog, help and texts of ${type}`, async () => {
      const html = await get('/nodes', 'text/html');
      assert.match(html, new RegExp(`data-template-name="${type}"`));
      assert.match(html, new RegExp(`data-help-name="${type}"`));
      assert.notEqual(await get(`/locales/${MODULE}/${type}?lng=en-US`), '{}');
    });
  }

  it('serves the icons', async () => {
    const listed = JSON.parse(await get('/icons')) as Record<string, string[]>;
    const wanted = ACTIONS.map((type) => `${type}.svg`);
    assert.deepEqual([...(listed[MODULE] ?? [])].sort(), wanted);
    for (const type of ACTIONS) {
      // An icon that is missing is answered with a default one.
      const file = join(installation().home, 'dist', type, 'icons', `${type}.svg`);
      const served = await get(`/icons/${MODULE}/${type}.svg`, '*/*');
      assert.equal(served, await readFile(file, 'utf8'));
    }
  });

  it('offers its examples for import', async () => {
    const examples = JSON.parse(await get(`/library/examples/flows/${MODULE}`)) as {
      fn?: string;
    }[];
    assert.ok(examples.length > 0);
    for (const { fn = '' } of examples) {
      const flow = await get(`/library/examples/flows/${MODULE}/${encodeURIComponent(fn)}`);
      assert.ok(ACTIONS.some((type) => flow.includes(`"${type}"`)));
    }
  });
}

function checkCancels(installation: () => Installation): void {
  const post = async (path: string, body: object): Promise<[number, Record<string, unknown>]> => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(installation().nodeRed.url + path, init);
    return [answer.status, (await answer.json()) as Record<string, unknown>];
  };
  const cancel = (body: object) => post('/cancel', body);

  it('cancels an order over HTTP, and says so again when asked again', async () => {
    const { category, symbol, orderId } = await installation().exchange.place();
    const [status, said] = await cancel({ category, symbol, orderId });
    assert.deepEqual([status, said.outcome, said.orderId], [200, 'cancelled', orderId]);
    const [statusAgain, saidAgain] = await cancel({ category, symbol, orderId });
    assert.deepEqual([statusAgain, saidAgain.outcome], [200, 'already-cancelled']);
  });

  it('tells over HTTP what is wrong with a request', async () => {
    const [status, said] = await cancel({ category: 'linear', symbol: 'BTCUSDT' });
    assert.deepEqual([status, said.code], [400, 'invalid-request']);
  });

  it('cancels the orders of a list over HTTP, and tells which of them is wrong', async () => {
    const { place } = installation().exchange;
    // More than the limit allows at once: some go in a batch.
    const orders = [];
    while (orders.length < 14) orders.push(await place());
    const [status, said] = await post('/cancel-list', orders);
    assert.deepEqual([status, said.counts], [200, { cancelled: 14 }]);
    const [statusAgain, saidAgain] = await post('/cancel-list', [orders[0], {}]);
    assert.deepEqual([statusAgain, saidAgain.code], [409, 'incomplete']);
  });

  it('cancels over HTTP every order that matches, and says so when none is left', async () => {
    const { place } = installation().exchange;
    await post('/cancel-all', SCOPE);
    for (let i = 0; i < 3; i += 1) await place();
    const [status, said] = await post('/cancel-all', SCOPE);
    assert.deepEqual([status, said.counts], [200, { cancelled: 3 }]);
    const [statusAgain, saidAgain] = await post('/cancel-all', SCOPE);
    assert.deepEqual([statusAgain, saidAgain.outcome], [200, 'nothing-to-cancel']);
  });
}

const SCOPE = { category: 'linear', symbol: 'BTCUSDT' };
