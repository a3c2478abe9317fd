import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import { KEYS, problemOf, start, warnings, type Bench } from './bench';

const TLS = {
  id: 'tls',
  type: 'tls-config',
  cert: '',
  key: '',
  ca: '',
  servername: '',
  alpnprotocol: '',
};
const PROXY = { id: 'proxy', type: 'http proxy', url: 'http://proxy.example:3128', noproxy: [] };

describe('an account node', () => {
  let bench: Bench;

  beforeEach(() => {
    bench = { opened: [] };
  });
  afterEach(() => helper.unload());

  describe('with a TLS configuration', () => {
    const own = { tls: 'tls' };

    it('takes what it has', async () => {
      const tls = {
        ...TLS,
        servername: 'bybit.example',
        alpnprotocol: 'http/1.1',
        verifyservercert: true,
      };
      const secrets = { cadata: 'CA', certdata: 'CERT', keydata: 'KEY', passphrase: 'P' };
      await start(bench, own, KEYS, [tls], { tls: secrets });
      assert.deepEqual(bench.opened[0]?.options.tls, {
        ca: 'CA',
        cert: 'CERT',
        key: 'KEY',
        passphrase: 'P',
        servername: 'bybit.example',
        rejectUnauthorized: true,
        ALPNProtocols: ['http/1.1'],
      });
      assert.deepEqual(warnings(), []);
    });

    it('takes no more than it has', async () => {
      await start(bench, own, KEYS, [TLS], { tls: { cadata: 'CA' } });
      assert.deepEqual(bench.opened[0]?.options.tls, { ca: 'CA' });
    });

    it('warns when the server goes unverified', async () => {
      await start(bench, own, KEYS, [{ ...TLS, verifyservercert: false }]);
      assert.equal(bench.opened[0]?.options.tls?.rejectUnauthorized, false);
      assert.match(warnings().join(), /^The TLS configuration does not verify the server/);
    });

    it('says so when the server is verified again', async () => {
      const node = { id: 'account', type: 'bybit-config', ...own };
      await start(bench, own, KEYS, [{ ...TLS, verifyservercert: false }]);
      await helper.setFlows([TLS, node], 'full', { account: KEYS });
      const said = helper.log().args.map(([{ msg }]) => String(msg));
      assert.equal(said.filter((text) => text.includes('verifies the server now')).length, 1);
    });

    it('is not opened when that is missing, disabled or another node', async () => {
      const missing =
        'The TLS configuration (tls) is missing, disabled or not deployed yet: deploy it, or choose another.';
      for (const others of [[], [{ ...TLS, d: true }], [{ ...PROXY, id: 'tls' }]]) {
        assert.equal(await problemOf(bench, own, KEYS, others), missing);
        await helper.unload();
      }
    });

    it("is not opened when that can't read its files", async () => {
      const tls = { ...TLS, ca: '/not/there.pem' };
      assert.equal(
        await problemOf(bench, own, KEYS, [tls]),
        "The TLS configuration (tls) can't be used: check its files.",
      );
    });
  });

  describe('with a proxy', () => {
    const own = { proxy: 'proxy' };

    it('takes its address', async () => {
      await start(bench, own, KEYS, [{ ...PROXY, noproxy: ['localhost', 5, '.example'] }]);
      assert.deepEqual(bench.opened[0]?.options.proxy, {
        url: 'http://proxy.example:3128/',
        noProxy: ['localhost', '.example'],
      });
    });

    it('takes its user, whatever characters are in there', async () => {
      const user = { username: 'me@home', password: 'p:%/@ü' };
      await start(bench, own, KEYS, [PROXY], { proxy: user });
      const url = new URL(bench.opened[0]?.options.proxy?.url ?? '');
      assert.equal(decodeURIComponent(url.username), user.username);
      assert.equal(decodeURIComponent(url.password), user.password);
      assert.equal(url.host, 'proxy.example:3128');
    });

    it('keeps the user that stands in the address', async () => {
      await start(bench, own, KEYS, [
        { ...PROXY, url: ' http://me:pass@proxy.example:3128', noproxy: undefined },
      ]);
      assert.deepEqual(bench.opened[0]?.options.proxy, {
        url: 'http://me:pass@proxy.example:3128/',
        noProxy: [],
      });
    });

    it('is not opened when that is missing, disabled or another node', async () => {
      const missing =
        'The proxy (proxy) is missing, disabled or not deployed yet: deploy it, or choose another.';
      for (const others of [[], [{ ...PROXY, d: true }], [{ ...TLS, id: 'proxy' }]]) {
        assert.equal(await problemOf(bench, own, KEYS, others), missing);
        await helper.unload();
      }
    });

    it("is not opened when its address can't be used", async () => {
      for (const url of ['', 'proxy:3128', 'socks5://proxy', undefined]) {
        assert.equal(
          await problemOf(bench, own, KEYS, [{ ...PROXY, url }]),
          'The URL of the proxy (proxy) must begin with http:// or https://.',
        );
        await helper.unload();
      }
    });
  });
});
