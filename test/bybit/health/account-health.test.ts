/** What a node is told between its cancels, over real sockets; long waits pass twenty times as quick. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import { DEMO_KEY, startExchange, type SimulatedKey } from '../../../simulator/exchange';
import { follow } from '../../support/follow-health';
import { QuickTime } from '../../support/quick-time';
import { overOrderEntry } from '../../support/actions';
import { withExchange, type Stage } from '../../support/with-exchange';

const DAY = 24 * 60 * 60 * 1000;
/** where a line has to come back, at its own pace, within the ten seconds that no news takes */
const UNHURRIED = 4;

describe('between cancels an account tells', function () {
  this.timeout(15_000);
  let stage: Stage;
  let informed: string[];
  let reminded: string[];
  const open = async (
    exchange: Parameters<typeof withExchange>[0] = {},
    account: Parameters<typeof withExchange>[1] = {},
    factor = 20,
  ) => {
    informed = [];
    reminded = [];
    const voice = {
      inform: (text: string) => informed.push(text),
      remind: (cause: string) => reminded.push(cause),
    };
    const time = new QuickTime([
      { from: 4000, factor },
      // Rather more slowly: a request takes its time, however far away the exchange is.
      { from: 850, factor: Math.min(factor, 4) },
    ]);
    stage = await withExchange(exchange, { ...voice, ...account }, time);
    return stage;
  };
  const setKey = (changes: Partial<SimulatedKey>) =>
    stage.exchange.setKey({ ...DEMO_KEY, ...changes });
  const cancel = () =>
    stage.account.cancel(
      { category: 'linear', symbol: 'BTCUSDT', orderId: 'none' },
      { confirm: false, timeout: 1000 },
    );
  const checks = () =>
    stage.exchange.requests.filter(({ operation }) => operation === 'user/query-api').length;
  afterEach(() => stage.end());

  for (const transport of ['http', 'websocket'] as const) {
    it(`that all is well (${transport}), and asks once for a hundred nodes`, async () => {
      await open({}, { transport });
      const nodes = Array.from({ length: 100 }, () => follow(stage.account));
      await Promise.all(nodes.map(({ hears }) => hears('ready')));
      for (const { codes } of nodes) assert.deepEqual(codes(), ['connecting', 'ready']);
      assert.equal(checks(), 1);
      assert.deepEqual([stage.warnings, informed, reminded], [[], [], []]);
    });
  }

  it('that its key was deleted, and that it is there again', async () => {
    await open();
    const node = follow(stage.account);
    await node.hears('ready');
    stage.exchange.removeKey(DEMO_KEY.apiKey);
    assert.equal((await cancel()).outcome, 'unauthorized');
    await node.hears('key-refused');
    assert.match(stage.warnings.join(), /^Bybit refuses signed requests: .*not valid on custom/);
    setKey({});
    await node.hears('ready');
    assert.deepEqual(informed, ['Bybit accepts the API key again.']);
  });

  it('that its key is read-only, and reminds of it', async () => {
    await open();
    const node = follow(stage.account);
    await node.hears('ready');
    setKey({ readOnly: true });
    assert.equal((await cancel()).outcome, 'unauthorized');
    await node.hears('read-only');
    assert.deepEqual(reminded.slice(0, 1), ['read-only']);
    setKey({});
    await cancel();
    await node.hears('ready');
  });

  it('that its key may not cancel the orders of one node, to that node', async () => {
    await open({ keys: [{ ...DEMO_KEY, permissions: { Spot: ['SpotTrade'] } }] });
    const [any, inverse] = [follow(stage.account), follow(stage.account, true, 'inverse')];
    await any.hears('ready');
    await inverse.hears('read-only');
  });

  it('how many days its key has left, and reminds of it', async () => {
    const expiredAt = new Date(Date.now() + 13 * DAY).toISOString();
    await open({ keys: [{ ...DEMO_KEY, expiredAt }] });
    const { daysLeft } = await follow(stage.account).hears('key-expiring');
    assert.equal(daysLeft, 13);
    assert.deepEqual(reminded, ['expiring']);
  });

  it('that its key has expired', async () => {
    const expiredAt = new Date(Date.now() - 1000).toISOString();
    await open({ keys: [{ ...DEMO_KEY, expiredAt }] });
    await follow(stage.account).hears('key-expired');
  });

  it('reminds of a key that can withdraw', async () => {
    const permissions = { ContractTrade: ['Order'], Wallet: ['Withdraw'] };
    await open({ keys: [{ ...DEMO_KEY, permissions }] });
    await follow(stage.account).hears('ready');
    assert.deepEqual(reminded, ['withdraw']);
  });

  for (const transport of ['http', 'websocket'] as const) {
    it(`that the exchange is down, and that it is back (${transport})`, async () => {
      await open({}, { transport });
      const node = follow(stage.account);
      await node.hears('ready');
      const { port } = stage.exchange;
      await stage.exchange.close();
      await node.hears('unreachable');
      const back = await startExchange({ port });
      try {
        await node.hears('ready');
        assert.match(stage.warnings.join(), /127\.0\.0\.1:\d+ can't be reached/);
        // The order entry can be back before HTTP is.
        assert.match(informed.join(), /can be reached again|Cancels go over the order entry/);
      } finally {
        await stage.account.close();
        await back.close();
      }
    });
  }

  it('that the order stream is refused, to nodes that confirm alone', async () => {
    await open();
    stage.exchange.faults.refuseSubscribe(3);
    const [node, quick] = [follow(stage.account), follow(stage.account, false)];
    await node.hears('stream-down');
    await quick.hears('ready');
    await node.hears('ready');
    assert.ok(!quick.codes().includes('stream-down'));
    assert.deepEqual(informed, ['Bybit accepted the subscription to the order stream.']);
  });

  it('nothing of a stream that is back soon', async () => {
    await open({}, {}, UNHURRIED);
    const node = follow(stage.account);
    await node.hears('ready');
    const connections = async (count: number) => {
      while (stage.exchange.connections.private !== count) {
        await once(stage.exchange.events, 'connections');
      }
    };
    stage.exchange.cutStreams();
    await connections(0);
    await connections(1);
    await new Promise((resolve) => setTimeout(resolve, 10_000 / UNHURRIED));
    assert.deepEqual(node.codes(), ['connecting', 'ready']);
  });

  it('that the order entry is down', async () => {
    await open({ demoTrading: true }, { transport: 'websocket' });
    await follow(stage.account).hears('entry-down');
  });

  it('that all is well where the environment tells nothing of keys', async () => {
    await open({ demoTrading: true });
    const [node, quick] = [follow(stage.account), follow(stage.account, false)];
    await Promise.all([node.hears('ready'), quick.hears('ready')]);
    assert.deepEqual(stage.warnings, []);
  });

  it('that a key is refused where the environment tells nothing of keys', async () => {
    await open({ demoTrading: true });
    stage.exchange.faults.refuseAuth(100);
    await follow(stage.account).hears('key-refused');
  });

  it("that all is well with this machine's clock an hour off", async () => {
    await open({ clockSkewMs: -3_600_000 });
    const node = follow(stage.account);
    await node.hears('ready');
    assert.ok(!node.codes().includes('key-refused'), node.codes().join());
    assert.match(stage.warnings.join(), /clock is 3600\.\d s ahead of Bybit's/);
  });

  for (const [how, fault] of [
    ['by a gateway', { kind: 'http', status: 403, body: 'access too frequent' }],
    ['in a reply', { kind: 'retCode', retCode: 10018 }],
  ] as const) {
    it(`that its address is banned, to another account of it too (${how})`, async () => {
      await open();
      const other = stage.open({ name: 'other' });
      const nodes = [follow(stage.account), follow(other)];
      await Promise.all(nodes.map(({ hears }) => hears('ready')));
      stage.exchange.faults.add({ ...fault, on: 'order/cancel' });
      await cancel();
      await Promise.all(nodes.map(({ hears }) => hears('unreachable')));
      assert.match(stage.warnings.join(), /Nothing is sent to 127\.0\.0\.1:\d+ before/);
    });
  }

  it('that open orders can not be listed, to a node that lists them, over the order entry too', async () => {
    await open({}, { transport: 'websocket', restUrl: 'http://127.0.0.1:9' });
    const lists = follow(stage.account);
    let code = '';
    const release = stage.account.follow({
      ...{ confirm: true, lists: true },
      onHealth: (health) => (code = health.code),
    });
    // The key's record is not to be had: that a cancel is answered shows that the key may cancel.
    await overOrderEntry(stage.exchange, stage.account);
    await lists.hears('ready');
    while (code !== 'unreachable') await new Promise((resolve) => setTimeout(resolve, 20));
    release();
  });

  it('that all is well by answers alone, where no WebSocket can be opened', async () => {
    await open({ demoTrading: true });
    stage.exchange.faults.refuseConnections(1000);
    await follow(stage.account, false).hears('ready');
  });

  it('that a key which has ended was renewed meanwhile', async () => {
    const expiredAt = new Date(Date.now() + 1500).toISOString();
    await open({ keys: [{ ...DEMO_KEY, expiredAt }] });
    const node = follow(stage.account);
    await node.hears('key-expiring');
    setKey({ expiredAt: new Date(Date.now() + 60 * DAY).toISOString() });
    await node.hears('ready');
    assert.ok(!node.codes().includes('key-expired'), node.codes().join());
  });

  it('nothing of one refusal by a gateway', async () => {
    await open({}, {}, UNHURRIED);
    stage.exchange.faults.add({
      ...({ kind: 'http', status: 403, body: '<html>' } as const),
      on: 'user/query-api',
    });
    const node = follow(stage.account);
    await node.hears('ready');
    assert.deepEqual([node.codes(), stage.warnings], [['connecting', 'ready'], []]);
  });

  it('that what it signs is refused for its time, whatever the clock', async () => {
    await open();
    stage.exchange.faults.add({
      ...({ kind: 'retCode', retCode: 10002, times: Infinity } as const),
      on: ({ operation }) => ['user/query-api', 'order/realtime'].includes(operation),
    });
    await follow(stage.account).hears('key-refused');
    assert.match(stage.warnings.join(), /The request's time was refused/);
  });

  it('that all is well where the record of the key alone is refused, once a cancel works', async () => {
    await open();
    const { faults } = stage.exchange;
    faults.add({ kind: 'retCode', retCode: 10003, times: Infinity, on: 'user/query-api' });
    const node = follow(stage.account, false);
    while (checks() < 4) await once(stage.exchange.events, 'request');
    await cancel();
    await node.hears('ready');
    assert.deepEqual(node.codes(), ['connecting', 'ready']);
    assert.doesNotMatch(stage.warnings.join(), /refuse/);
  });

  it('nothing of a fault of the one question that tells what the key may do', async () => {
    await open();
    const { faults, connections } = stage.exchange;
    faults.add({ kind: 'retCode', retCode: 10016, times: 4, on: 'user/query-api' });
    const node = follow(stage.account, false);
    await node.hears('ready');
    assert.deepEqual(node.codes(), ['connecting', 'ready']);
    assert.equal(connections.private, 0);
  });

  it('not that all is well of a read-only key whose record never comes, though the stream takes it', async () => {
    await open({ keys: [{ ...DEMO_KEY, readOnly: true }] });
    stage.exchange.faults.add({ kind: 'hang', times: Infinity, on: 'user/query-api' });
    const node = follow(stage.account);
    await node.hears('unreachable');
    assert.equal((await cancel()).outcome, 'unauthorized');
    await node.hears('read-only');
    assert.ok(!node.codes().includes('ready'), node.codes().join());
  });

  it('nothing of the stream before a node needs it', async () => {
    await open();
    const quick = follow(stage.account, false);
    await quick.hears('ready');
    await new Promise((resolve) => setTimeout(resolve, 700));
    const node = follow(stage.account);
    await node.hears('ready');
    assert.deepEqual(node.codes(), ['connecting', 'ready']);
  });

  it('nothing once nobody follows', async () => {
    await open();
    const node = follow(stage.account);
    await node.hears('ready');
    node.release();
    stage.exchange.removeKey(DEMO_KEY.apiKey);
    await cancel();
    const again = follow(stage.account);
    await again.hears('key-refused');
    assert.deepEqual(node.codes(), ['connecting', 'ready']);
  });
});
