/** Proxies, each a real server. */
import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { get } from 'node:http';
import { AccountError } from '../../../nodes/bybit/account';
import { createAgent } from '../../../nodes/bybit/wire/agents';
import type { Outcome } from '../../../nodes/bybit/model';
import { followed, placed } from '../../support/actions';
import { LooseEnds } from '../../support/loose-ends';
import { startProxy, type ProxyOptions, type ProxyServer } from '../../support/proxy-server';
import { clearProxyVariables } from '../../support/proxy-variables';
import { closedPort } from '../../support/relay';
import { BOTH, certificate, UNKNOWN_HOST } from '../../support/secure';
import { withExchange, type Stage } from '../../support/with-exchange';

/** ms: for what never gets better */
const SHORT = 250;

describe('a proxy', () => {
  const loose = new LooseEnds();
  let restoreVariables: () => void;

  beforeEach(() => (restoreVariables = clearProxyVariables()));
  afterEach(async () => {
    restoreVariables();
    await loose.tie();
  });

  const stageOf = async (...options: Parameters<typeof withExchange>): Promise<Stage> =>
    loose.keep(await withExchange(...options));
  const proxyOf = async (options?: ProxyOptions): Promise<ProxyServer> =>
    loose.keep(await startProxy(options));
  const cancel = (stage: Stage, account = stage.account, timeout = 4000): Promise<Outcome> =>
    account.cancel(placed(stage.exchange), { confirm: false, timeout });

  /** A cancel and the order stream, each over a connection of its own through the proxy. */
  const goesThrough = async (proxy: ProxyServer, stage: Stage): Promise<void> => {
    const { exchange, account } = stage;
    await followed(exchange, account);
    const outcome = await account.cancel(placed(exchange), { confirm: true, timeout: 4000 });
    assert.deepEqual([outcome.outcome, outcome.confirmedBy], ['cancelled', 'stream']);
    const host = `127.0.0.1:${exchange.port}`;
    assert.deepEqual(proxy.asked, [host, host]);
    assert.deepEqual(exchange.connections, { http: 1, private: 1, trade: 0 });
  };

  for (const [scheme, [forExchange, forAccount]] of BOTH) {
    describe(`an ${scheme} exchange through a proxy`, () => {
      const throughOption = async (proxy: ProxyServer, url = proxy.url(), noProxy: string[] = []) =>
        stageOf(forExchange, { ...forAccount, proxy: { url, noProxy } });

      it('given by the option', async () => {
        const proxy = await proxyOf();
        await goesThrough(proxy, await throughOption(proxy));
      });

      it('that asks for user and password, whatever characters they have', async () => {
        const [user, password] = ['user@corp', 'p:ä%20/s#?'];
        const proxy = await proxyOf({ credentials: `${user}:${password}` });
        const encoded = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
        await goesThrough(proxy, await throughOption(proxy, proxy.url(encoded)));
      });

      it('that is reached over TLS itself, under the same CA', async () => {
        const proxy = await proxyOf({ tls: certificate });
        const tls = { ca: certificate.cert };
        const options = { tls, proxy: { url: proxy.url(), noProxy: [] } };
        await goesThrough(proxy, await stageOf(forExchange, options));
      });

      for (const lower of [`${scheme}_proxy`, 'all_proxy']) {
        for (const name of [lower, lower.toUpperCase()]) {
          it(`given by the environment variable ${name}`, async () => {
            const proxy = await proxyOf();
            process.env[name] = proxy.url();
            await goesThrough(proxy, await stageOf(forExchange, forAccount));
          });
        }
      }

      for (const name of ['no_proxy', 'NO_PROXY']) {
        it(`but not past ${name}`, async () => {
          const proxy = await proxyOf();
          process.env.all_proxy = proxy.url();
          process.env[name] = 'example.com';
          await goesThrough(proxy, await stageOf(forExchange, forAccount));
          process.env[name] = 'example.com,127.0.0.1';
          const direct = await stageOf(forExchange, forAccount);
          await followed(direct.exchange, direct.account);
          assert.equal((await cancel(direct)).outcome, 'accepted');
          assert.equal(proxy.asked.length, 2);
        });
      }

      it("but not past the option's own list, nor by the environment then", async () => {
        const proxy = await proxyOf();
        process.env.all_proxy = proxy.url();
        for (const entry of ['127.0.0.1', ' 127.0.0.1 ', '*', '127.*, 127.0.0.1']) {
          const stage = await throughOption(proxy, proxy.url(), [
            'example.com',
            ...entry.split(','),
          ]);
          await followed(stage.exchange, stage.account);
          assert.equal((await cancel(stage)).outcome, 'accepted', entry);
        }
        assert.deepEqual(proxy.asked, []);
      });
    });
  }

  describe('hosts that are reached without the proxy', () => {
    const [name, domain] = [UNKNOWN_HOST, '.exchange.invalid'];
    for (const [origin, entry, goesDirect] of [
      [`http://${name}`, 'other.invalid', false],
      [`http://${name}`, 'exchange.invalid', false],
      [`http://${name}`, `${name}:8080`, false],
      [`http://${name}`, name, true],
      [`http://${name}`, name.toUpperCase(), true],
      [`http://${name}`, domain, true],
      [`http://${name}`, `*${domain}`, true],
      [`http://${name}:8080`, `${name}:8080`, true],
      [`http://${name}`, `${name}:80`, true],
      [`https://${name}`, `${name}:443`, true],
    ] as const) {
      it(`${origin} with "${entry}" in the list: ${goesDirect ? 'direct' : 'proxied'}`, async () => {
        const stage = await stageOf();
        const proxy = await proxyOf({ target: stage.exchange.port });
        const account = stage.open({
          restUrl: origin,
          proxy: { url: proxy.url(), noProxy: [entry] },
        });
        const { outcome, message } = await cancel(stage, account, goesDirect ? SHORT : 4000);
        assert.equal(outcome, goesDirect ? 'unavailable' : 'accepted', message);
        assert.equal(proxy.asked.length, goesDirect ? 0 : 1);
      });
    }
  });

  describe('a proxy that fails', () => {
    const [user, password] = ['proxy-user', 'pass%2Fw0rd'];
    const checkFailed = (outcome: Outcome, stage: Stage, words: RegExp): void => {
      assert.equal(outcome.outcome, 'unavailable');
      assert.match(outcome.message, words);
      assert.equal(stage.exchange.requests.length, 0);
      const told = JSON.stringify([outcome, stage.warnings]);
      for (const secret of [user, password, decodeURIComponent(password)]) {
        assert.ok(!told.includes(secret), told);
      }
    };

    for (const [scheme, [forExchange, forAccount]] of BOTH) {
      for (const [how, answer, words] of [
        ['refuses the password', 407, /proxy.*user name and password \(HTTP 407\)/],
        ["can't reach the exchange", 502, /proxy refused to connect \(HTTP 502\)/],
        ['never answers', 'silence', /reached through the proxy: no answer came in time/],
      ] as const) {
        it(`${how} (${scheme}): unavailable, in words, without the password`, async () => {
          const proxy = await proxyOf({ answer });
          const url = proxy.url(`${user}:${password}`);
          const stage = await stageOf(forExchange, { ...forAccount, proxy: { url, noProxy: [] } });
          stage.account.follow({ confirm: true });
          checkFailed(await cancel(stage, stage.account, SHORT), stage, words);
          assert.ok(proxy.asked.length > 0);
          // Nobody but the account ends a CONNECT without an answer.
          await stage.account.close();
          await proxy.whenEmpty();
        });
      }

      it(`refuses connections (${scheme}): unavailable, in words, without the password`, async () => {
        const url = `http://${user}:${password}@127.0.0.1:${await closedPort()}`;
        const stage = await stageOf(forExchange, { ...forAccount, proxy: { url, noProxy: [] } });
        const outcome = await cancel(stage, stage.account, SHORT);
        checkFailed(outcome, stage, /reached through the proxy: the connection was refused/);
      });
    }

    it('and recovers within the time: the same message gets through', async () => {
      const proxy = await proxyOf({ answer: 503 });
      const stage = await stageOf({}, { proxy: { url: proxy.url(), noProxy: [] } });
      const outcome = cancel(stage);
      await proxy.whenAsked();
      proxy.answer = 'tunnel';
      assert.equal((await outcome).outcome, 'accepted');
      assert.equal((await outcome).attempts, 2);
    });

    it('leaves nothing behind, whether its tunnels come about or not', async () => {
      const { restUrl } = (await stageOf()).exchange;
      for (const answer of ['tunnel', 502] as const) {
        const { signal } = new AbortController();
        const proxy = await proxyOf({ answer });
        const choice = { proxy: { url: proxy.url(), noProxy: [] }, environmentProxy: () => '' };
        const agent = createAgent(restUrl, { ...choice, signal });
        for (let i = 0; i < 3; i += 1) {
          const request = get(restUrl, { agent, headers: { connection: 'close' } });
          request.on('response', (response) => response.resume());
          await once(request, 'close').catch(() => undefined);
        }
        assert.equal(proxy.connections, 3);
        assert.equal(getEventListeners(signal, 'abort').length, 0);
      }
    });

    it('and is asked only after the account was closed: given up at once', async () => {
      const proxy = await proxyOf({ answer: 'silence' });
      const { restUrl } = (await stageOf()).exchange;
      const choice = { proxy: { url: proxy.url(), noProxy: [] }, environmentProxy: () => '' };
      const agent = createAgent(restUrl, { ...choice, signal: AbortSignal.abort() });
      await assert.rejects(once(get(restUrl, { agent }), 'response'));
      await proxy.whenEmpty();
    });

    for (const [what, url, words] of [
      ['is no HTTP proxy', `socks://${user}:${password}@127.0.0.1:1080`, /http:\/\/ or https:\/\//],
      ['is no URL', `${user}:${password}@127.0.0.1:x`, /http:\/\/ or https:\/\//],
      ['holds a stray %', `http://${user}:${password}%@127.0.0.1:1080`, /%25/],
    ] as const) {
      for (const way of ['option', 'environment'] as const) {
        it(`${what} (${way}): the account can't be opened, and the password is not told`, async () => {
          const stage = await stageOf();
          if (way === 'environment') process.env.all_proxy = url;
          const proxied = way === 'option' ? { proxy: { url, noProxy: [] } } : {};
          assert.throws(
            () => stage.open(proxied),
            (error: unknown) =>
              error instanceof AccountError &&
              words.test(error.message) &&
              !new RegExp(`${user}|w0rd`).test(error.message),
          );
        });
      }
    }
  });
});
