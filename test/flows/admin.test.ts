/** What the admin side of a real Node-RED answers, logs and stores: nothing of the secrets. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExchange, type Exchange } from '../../simulator/exchange';
import { freePort, root, start, until, type Program } from '../package/commands';
import { flowFor } from './stage';

const API_KEY = 'Ak9-secret-part-of-the-key';
const API_SECRET = 'Sk7-very-secret-secret';
const PACKAGE = '@node-red-bybit/cancel-order';
const PATHS = [
  '/flows',
  '/flow/tab',
  '/nodes',
  `/nodes/${PACKAGE}`,
  '/settings',
  '/credentials/bybit-config/account',
  '/context/global',
  '/diagnostics',
  '/bybit-cancel-order/instruments?account=account&category=linear',
];

describe('the admin side of Node-RED', function () {
  this.timeout(60_000);
  let exchange: Exchange;
  let userDir: string;
  let program: Program;
  let url: string;

  before(async () => {
    exchange = await startExchange({ keys: [{ apiKey: API_KEY, secret: 'another' }] });
    userDir = await mkdtemp(join(tmpdir(), 'bybit-admin-'));
    const scope = join(userDir, 'node_modules', '@node-red-bybit');
    await mkdir(scope, { recursive: true });
    await symlink(root, join(scope, 'cancel-order'), 'junction');
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const settings = {
      uiHost: '127.0.0.1',
      uiPort: port,
      credentialSecret: 'test',
      flowFile: 'flows.json',
    };
    const text = `module.exports = ${JSON.stringify({ ...settings, logging: { console: { level: 'trace' } } })};`;
    await writeFile(join(userDir, 'settings.js'), text);
    const script = join(root, 'node_modules', 'node-red', 'red.js');
    program = start(process.execPath, [script, '--userDir', userDir], { cwd: userDir });
    await until('editor', program, async () => {
      const answer = await fetch(`${url}/flows`).catch(() => undefined);
      return answer?.ok ?? undefined;
    });
  });

  after(async () => {
    await program.stop();
    await exchange.close();
    await rm(userDir, { recursive: true, force: true });
  });

  /** As the editor deploys it: the credentials travel with their node. */
  const deploy = async () => {
    const trigger = {
      ...{ id: 'in', type: 'http in', z: 'tab', x: 1, y: 1, url: '/go', method: 'post' },
      wires: [['cancel']],
    };
    const [tab, account, cancel] = flowFor(exchange, { wired: false });
    const credentials = { apiKey: API_KEY, apiSecret: API_SECRET };
    const answer = await fetch(`${url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        tab,
        { ...account, credentials },
        { ...cancel, wires: [[], []] },
        trigger,
      ]),
    });
    assert.equal(answer.status, 204);
  };

  const search = (what: string, text: string) => {
    const signatures = exchange.requests.map(({ headers }) =>
      String(headers['x-bapi-sign'] ?? '-'),
    );
    for (const secret of [API_KEY, API_SECRET, ...signatures.filter((one) => one.length > 8)]) {
      assert.ok(!text.includes(secret), `${what} holds ${secret.slice(0, 4)}…`);
    }
  };

  it('a refused key, told in the log with words, leaves no secret anywhere', async () => {
    await deploy();
    const { orderId } = exchange.books.place({ category: 'linear', symbol: 'BTCUSDT' });
    const payload = { category: 'linear', symbol: 'BTCUSDT', orderId };
    // 404 until the flow runs; then nothing answers, and what counts is the log.
    const go = (): Promise<unknown> =>
      fetch(`${url}/go`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(payload),
      }).then((answer) => (answer.status === 404 ? go() : undefined));
    void go().catch(() => undefined);
    await until(
      'error in the log',
      program,
      () => program.output().includes('does not belong') || undefined,
    );
    search('the log', program.output());
    for (const path of PATHS) {
      const answer = await fetch(url + path, { headers: { accept: 'application/json' } });
      assert.equal(answer.status, 200, path);
      search(path, await answer.text());
    }
    const [, account] = flowFor(exchange, { wired: false });
    const credentials = { apiKey: '__PWRD__', apiSecret: '__PWRD__' };
    const tested = await fetch(`${url}/bybit-config/test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'account', properties: account, credentials }),
    });
    const report = await tested.text();
    assert.match(report, /"trouble":"signature"/, 'the stored key was not tried');
    search('the connection test', report);
    const previewed = await fetch(`${url}/bybit-cancel-all/preview`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ account: 'account', kinds: 'all', which: 'snapshot' },
        ...{ category: 'linear', symbol: '*' },
      }),
    });
    const preview = await previewed.text();
    assert.match(preview, /"trouble":"unauthorized"/, 'the deployed account was not asked');
    search('the preview', preview);
    const files = (await readdir(userDir)).filter((name) => name.endsWith('.json'));
    assert.ok(files.includes('flows.json') && files.includes('flows_cred.json'));
    for (const name of files) search(name, await readFile(join(userDir, name), 'utf8'));
  });
});
