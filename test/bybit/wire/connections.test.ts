/** TLS and connections, each over real servers. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { AccountOptions } from '../../../nodes/bybit/account';
import type { Outcome } from '../../../nodes/bybit/model';
import { followed, placed } from '../../support/actions';
import { LooseEnds } from '../../support/loose-ends';
import { startProxy } from '../../support/proxy-server';
import { clearProxyVariables } from '../../support/proxy-variables';
import { closedPort, startRelay, type Relay } from '../../support/relay';
import { BOTH, certificate, SECURE, UNKNOWN_HOST } from '../../support/secure';
import { withExchange, type Stage } from '../../support/with-exchange';

/** ms: for what never gets better */
const SHORT = 300;

describe('the network', () => {
  const loose = new LooseEnds();
  let restoreVariables: () => void;

  beforeEach(() => (restoreVariables = clearProxyVariables()));
  afterEach(async () => {
    restoreVariables();
    await loose.tie();
  });

  const stageOf = async (...options: Parameters<typeof withExchange>): Promise<Stage> =>
    loose.keep(await withExchange(...options));
  const relayOf = async (target?: number): Promise<Relay> => loose.keep(await startRelay(target));
  const cancel = (stage: Stage, account = stage.account, timeout = 4000): Promise<Outcome> =>
    account.cancel(placed(stage.exchange), { confirm: false, timeout });
  /** A cancel by an account that reaches its exchange in some other way than usual. */
  const cancelWith = async (options: Partial<AccountOptions>, timeout = SHORT) => {
    const stage = await stageOf();
    return cancel(stage, stage.open(options), timeout);
  };
  const checkUnreached = (outcome: Outcome, words: RegExp): void => {
    assert.equal(outcome.outcome, 'unavailable');
    assert.match(outcome.message, words);
    assert.match(outcome.message, /no cancel was accepted/);
  };

  describe('an exchange that speaks TLS with a certificate of its own', () => {
    const [forExchange, trusting] = SECURE;
    const withTls = (tls: AccountOptions['tls']) => stageOf(forExchange, tls ? { tls } : {});

    for (const [how, tls] of [
      ['under its CA', trusting.tls],
      ['with rejectUnauthorized off', { rejectUnauthorized: false }],
    ] as const) {
      it(`is reached ${how}, by REST and by the order stream`, async () => {
        const { exchange, account } = await withTls(tls);
        await followed(exchange, account);
        const outcome = await account.cancel(placed(exchange), { confirm: true, timeout: 4000 });
        assert.deepEqual([outcome.outcome, outcome.confirmedBy], ['cancelled', 'stream']);
      });
    }

    it('is refused without its CA: unavailable, nothing is said to it', async () => {
      const stage = await withTls(undefined);
      stage.account.follow({ confirm: true });
      checkUnreached(await cancel(stage, stage.account, SHORT), /TLS certificate.*tls-config/);
      assert.equal(stage.exchange.requests.length, 0);
    });

    it('is refused under another name: unavailable, nothing is said to it', async () => {
      const stage = await withTls(trusting.tls);
      const proxy = loose.keep(await startProxy({ target: stage.exchange.port }));
      const restUrl = `https://${UNKNOWN_HOST}`;
      const account = stage.open({ restUrl, proxy: { url: proxy.url(), noProxy: [] } });
      checkUnreached(await cancel(stage, account, SHORT), /TLS certificate.*ALTNAME/);
      assert.equal(stage.exchange.requests.length, 0);
    });

    it('is shown a client certificate', async () => {
      const { key, cert } = certificate;
      const server = createTlsServer({ key, cert, ca: cert, requestCert: true });
      loose.keep({
        async end() {
          server.close();
          await once(server, 'close');
        },
      });
      const subjects: string[] = [];
      server.on('request', ({ socket }, response) => {
        assert.ok(socket instanceof TLSSocket);
        subjects.push(String(socket.getPeerCertificate().subject.CN));
        response.end('{"retCode":0,"retMsg":"OK","result":{},"time":0}');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const tls = { ca: cert, cert, key };
      const outcome = await cancelWith({ restUrl: `https://127.0.0.1:${port}`, tls }, 4000);
      assert.equal(outcome.outcome, 'accepted');
      assert.deepEqual(subjects, ['test only, simulated exchange']);
    });
  });

  describe("an exchange that can't be reached", () => {
    it('since it speaks no TLS: unavailable', async () => {
      const stage = await stageOf();
      const account = stage.open({ restUrl: stage.exchange.restUrl.replace('http:', 'https:') });
      checkUnreached(await cancel(stage, account, SHORT), /TLS certificate or handshake/);
    });

    it('since it never ends the TLS handshake: unavailable', async () => {
      const { port } = await relayOf();
      const outcome = await cancelWith({ restUrl: `https://127.0.0.1:${port}` });
      checkUnreached(outcome, /could not be reached: no answer came in time/);
    });

    it('since it refuses the connection: unavailable', async () => {
      const restUrl = `http://127.0.0.1:${await closedPort()}`;
      const outcome = await cancelWith({ restUrl });
      checkUnreached(outcome, /could not be reached: the connection was refused/);
      assert.ok(outcome.attempts > 1, 'tried again while time was left');
    });

    it('since its name is unknown: unavailable', async () => {
      const outcome = await cancelWith({ restUrl: `https://${UNKNOWN_HOST}` }, 2000);
      checkUnreached(outcome, new RegExp(`${UNKNOWN_HOST} could not be reached: .*DNS`));
    });

    it('but took the connection and fell silent: unconfirmed, it may have heard', async () => {
      const { port } = await relayOf();
      const outcome = await cancelWith({ restUrl: `http://127.0.0.1:${port}` });
      assert.equal(outcome.outcome, 'unconfirmed');
      assert.match(outcome.message, /no record of it was asked for.*no answer arrived/);
    });
  });

  for (const [scheme, [forExchange, forAccount]] of BOTH) {
    describe(`connections (${scheme})`, () => {
      const relayed = async () => {
        const stage = await stageOf(forExchange, forAccount);
        const relay = await relayOf(stage.exchange.port);
        const account = stage.open({ restUrl: `${scheme}://127.0.0.1:${relay.port}` });
        return { stage, relay, account };
      };

      it('one serves for cancel after cancel', async () => {
        const { stage, relay, account } = await relayed();
        for (let i = 0; i < 5; i += 1) {
          assert.equal((await cancel(stage, account)).outcome, 'accepted');
        }
        assert.equal(relay.connections, 1);
      });

      it('one that the exchange has ended is replaced', async () => {
        const { stage, relay, account } = await relayed();
        await cancel(stage, account);
        stage.exchange.cutConnections();
        assert.equal((await cancel(stage, account)).outcome, 'accepted');
        assert.equal(relay.connections, 2);
      });

      it('none is left when the account is closed', async () => {
        const { stage, relay, account } = await relayed();
        await cancel(stage, account);
        await account.close();
        await relay.whenEmpty();
      });
    });
  }
});
