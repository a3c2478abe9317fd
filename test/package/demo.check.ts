/** The demo as the README starts it, in a fresh copy of the project: `npm start`, then Ctrl-C. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, root, run, start, until, type Program } from './commands';
import { DebugSidebar } from './debug-sidebar';
import { below, isAlive } from './process-tree';

/** What a clone has not. */
const NOT_CLONED = ['.git', '.node-red', 'dist', 'node_modules', 'test-results'];

describe('The demo', () => {
  let copy: string;
  let demo: Program;
  let url: string;

  before('npm start in a fresh copy', async () => {
    copy = await mkdtemp(join(tmpdir(), 'cancel-order-demo-'));
    const filter = (path: string): boolean => !NOT_CLONED.includes(relative(root, path));
    await cp(root, copy, { recursive: true, filter });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    demo = start('npm', ['start'], { cwd: copy, env: { PORT: String(port) }, group: true });
    const ready = (): true | undefined => demo.output().includes(`Open ${url}`) || undefined;
    await until('word that the demo runs', demo, ready, 240_000);
    // Node-RED answers a moment before its nodes are there.
    const place = (): Promise<Response> => fetch(`${url}/place`, { method: 'POST' });
    await until('demo flow', demo, async () => (await place()).status !== 404 || undefined);
  });
  after(async () => {
    await demo.stop();
    await rm(copy, { recursive: true, force: true, maxRetries: 5 });
  });

  const post = async (path: string, body: object): Promise<[number, Record<string, unknown>]> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return [answer.status, (await answer.json()) as Record<string, unknown>];
  };

  it('cancels an order over HTTP', async () => {
    const [, { category, symbol, orderId }] = await post('/place', {});
    const [status, said] = await post('/cancel', { category, symbol, orderId });
    assert.deepEqual([status, said.outcome], [200, 'cancelled'], JSON.stringify(said));
  });

  it('answers over HTTP with the error of a cancel that failed', async () => {
    const never = { category: 'linear', symbol: 'BTCUSDT', orderId: 'never-existed' };
    const [status, said] = await post('/cancel', never);
    assert.deepEqual([status, said.code], [404, 'not-found'], JSON.stringify(said));
  });

  it('shows each outcome that its buttons promise', async () => {
    const sidebar = await DebugSidebar.open(url);
    const press = async (button: string, shownBy: string): Promise<string> => {
      const shown = sidebar.next(shownBy);
      assert.equal((await fetch(`${url}/inject/${button}`, { method: 'POST' })).status, 200);
      return shown;
    };
    try {
      assert.match(await press('i-place', 'd-placed'), /"orderId"/);
      assert.match(await press('i-cancel', 'd-main-1'), /"cancelled"/);
      assert.match(await press('i-cancel', 'd-main-1'), /"already-cancelled"/);
      assert.match(await press('i-fill', 'd-others-2'), /"filled"/);
      assert.match(await press('i-wrong', 'd-others-2'), /"rejected"/);
      assert.match(await press('i-never', 'd-others-2'), /"not-found"/);
      assert.match(await press('i-hide', 'd-hide-2'), /"unconfirmed"/);
      assert.match(await press('i-list', 'd-list'), /"counts":\{"cancelled":25\}/);
      assert.match(await press('i-dry', 'd-list'), /"counts":\{"listed":0\}/);
      assert.equal((await fetch(`${url}/inject/i-grid`, { method: 'POST' })).status, 200);
      let dry = '';
      for (let tries = 0; tries < 20 && !dry.includes('"listed":60'); tries += 1) {
        await sleep(200);
        dry = await press('i-dry', 'd-list');
      }
      assert.match(dry, /"counts":\{"listed":60\}.*"spared":\{"protection":2\}/);
      const cleared = await press('i-clear', 'd-list');
      assert.match(cleared, /"counts":\{"cancelled":60\}.*"complete":true.*\{"protection":2\}/);
    } finally {
      sidebar.close();
    }
  });

  it('lists the examples in the import menu', async () => {
    const answer = await fetch(`${url}/library/examples/flows/`);
    assert.match(await answer.text(), /node-red-bybit/);
  });

  it('says in words that a port is taken', async () => {
    const second = run('npm', ['start'], { cwd: copy, env: { PORT: new URL(url).port } });
    await assert.rejects(second, /ended with 1:[^]*another program listens there/);
  });

  it('ends with all it started on Ctrl-C', async () => {
    const started = below(demo.child.pid ?? 0);
    const commands = started.map(({ command }) => command).join('\n');
    assert.match(commands, /serve\.ts/);
    assert.match(commands, /node-red/);
    await demo.stop('SIGINT');
    for (let wait = 0; wait < 50 && started.some(isAlive); wait += 1) await sleep(100);
    assert.deepEqual(started.filter(isAlive), [], 'no process is left');
    assert.doesNotMatch(demo.output(), /npm start:/, 'nothing went wrong');
  });
});
