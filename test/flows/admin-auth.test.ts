/** The package's own admin endpoints in a real Node-RED that asks who is there. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, root, start, until, type Program } from '../package/commands';

/** What each token may do. */
const MAY = { reader: 'read', presser: ['inject.write'], deployer: ['flows.read', 'flows.write'] };
const ENDPOINTS = ['/bybit-cancel-order/instruments?account=none&category=linear'];

const settings = (port: number): string => `
const may = ${JSON.stringify(MAY)};
module.exports = {
  uiHost: '127.0.0.1',
  uiPort: ${port},
  adminAuth: {
    type: 'credentials',
    users: [],
    tokens: async (token) =>
      may[token] === undefined ? null : { username: token, permissions: may[token] },
  },
};
`;

describe('the admin side of a Node-RED that asks who is there', function () {
  this.timeout(60_000);
  let userDir: string;
  let program: Program;
  let url: string;

  before(async () => {
    userDir = await mkdtemp(join(tmpdir(), 'bybit-auth-'));
    const scope = join(userDir, 'node_modules', '@node-red-bybit');
    await mkdir(scope, { recursive: true });
    await symlink(root, join(scope, 'cancel-order'), 'junction');
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    await writeFile(join(userDir, 'settings.js'), settings(port));
    const script = join(root, 'node_modules', 'node-red', 'red.js');
    program = start(process.execPath, [script, '--userDir', userDir], { cwd: userDir });
    await until('flows', program, async () => {
      const answer = await statusOf('/flows', 'reader').catch(() => undefined);
      return answer === 200 || undefined;
    });
  });

  after(async () => {
    await program.stop();
    await rm(userDir, { recursive: true, force: true });
  });

  type Who = keyof typeof MAY | 'stranger';
  const statusOf = async (path: string, token?: Who, post?: object) => {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const body = post === undefined ? {} : { method: 'POST', body: JSON.stringify(post) };
    return (await fetch(url + path, { headers, ...body })).status;
  };

  for (const path of ENDPOINTS) {
    it(`answers ${path} to those alone who may read`, async () => {
      assert.equal(await statusOf(path), 401);
      assert.equal(await statusOf(path, 'stranger'), 401);
      assert.equal(await statusOf(path, 'presser'), 401);
      assert.equal(await statusOf(path, 'reader'), 200);
    });
  }

  it('tests a connection for those alone who may deploy', async () => {
    const asked = { id: 'new', properties: { site: 'custom' }, credentials: {} };
    const ask = (who?: Who) => statusOf('/bybit-config/test', who, asked);
    for (const who of [undefined, 'stranger', 'presser', 'reader'] as const) {
      assert.equal(await ask(who), 401, who);
    }
    assert.equal(await ask('deployer'), 200);
    // What any web page could have its visitor's browser send.
    const form = await fetch(`${url}/bybit-config/test`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer deployer',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'id=new&properties[site]=custom&credentials[apiKey]=x',
    });
    assert.equal(form.status, 400);
  });

  it('previews for those alone who may deploy', async () => {
    const path = '/bybit-cancel-all/preview';
    const scope = { category: 'linear', symbol: 'BTCUSDT', kinds: 'entries', which: 'snapshot' };
    const asked = { account: 'none', ...scope };
    for (const who of [undefined, 'stranger', 'presser', 'reader'] as const) {
      assert.equal(await statusOf(path, who, asked), 401, who);
    }
    assert.equal(await statusOf(path, 'deployer', asked), 200);
    const form = await fetch(url + path, {
      method: 'POST',
      headers: {
        authorization: 'Bearer deployer',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(asked).toString(),
    });
    assert.equal(form.status, 400);
  });

  it('tries a cancel for those alone who may deploy', async () => {
    const ask = (who?: Who) => statusOf('/bybit-config/drill', who, { account: 'none' });
    for (const who of [undefined, 'stranger', 'presser', 'reader'] as const) {
      assert.equal(await ask(who), 401, who);
    }
    assert.equal(await ask('deployer'), 200);
  });
});
