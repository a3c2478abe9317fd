/** Whole flows over real sockets: what a user sees of traffic, faults, subflows and redeploys. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import helper from 'node-red-node-test-helper';
import { EVERY_FAULT, type Order } from '../../simulator/exchange';
import { load, nodeOf, ON_TAB, startFlow, type FlowStage } from './stage';

describe('flows', () => {
  let stage: FlowStage;
  afterEach(() => stage.end());

  const place = (orderLinkId = '') =>
    stage.exchange.books.place({ category: 'linear', symbol: 'BTCUSDT', orderLinkId });
  const payloadFor = ({ category, symbol, orderId }: Order) => ({ category, symbol, orderId });

  it('a message in, a confirmed cancel out, with all that came along', async () => {
    stage = await startFlow();
    const order = place();
    stage.send({ _msgid: 'm-1', payload: payloadFor(order), topic: 'kept', parts: { id: 1 } });
    const [msg] = await stage.arrived(1);
    assert.ok(msg);
    const { _msgid, topic, parts, output, payload, statusCode } = msg as never as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      [_msgid, topic, parts, output, statusCode],
      ['m-1', 'kept', { id: 1 }, 'one', 200],
    );
    assert.deepEqual(payload, {
      outcome: 'cancelled',
      category: 'linear',
      symbol: 'BTCUSDT',
      orderId: order.orderId,
      orderLinkId: '',
      orderStatus: 'Cancelled',
      cancelType: 'CancelByUser',
      cumExecQty: '0.000',
      avgPrice: '',
    });
    assert.equal(order.closedBy, 'cancel');
  });

  it('1,000 messages at once: 1,000 outcomes, each with its own _msgid', async () => {
    stage = await startFlow({
      exchange: { limits: { other: 2000, query: 2000 } },
      cancel: { timeout: 30_000 },
    });
    const orders = Array.from({ length: 1000 }, (_, i) => place(`order-${i}`));
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    orders.forEach((order) => {
      stage.send({ _msgid: `for ${order.orderId}`, payload: payloadFor(order) });
    });
    const arrivals = await stage.arrived(1000);
    process.off('warning', note);
    assert.deepEqual(warnings, [], 'Node.js sees no leak');
    assert.equal(new Set(arrivals.map(({ _msgid }) => _msgid)).size, 1000);
    for (const { _msgid, bybit } of arrivals) {
      assert.equal(bybit.outcome, 'cancelled');
      assert.equal(_msgid, `for ${String(bybit.orderId)}`);
    }
  }).timeout(60_000);

  it('in a subflow, with the failures wired to an output of it', async () => {
    stage = await startFlow();
    const [, account] = stage.flow;
    const flow = [
      { id: 'tab', type: 'tab', label: '' },
      account!,
      {
        id: 'sub',
        type: 'subflow',
        name: 'cancel',
        in: [{ wires: [{ id: 'inner' }] }],
        out: [{ wires: [{ id: 'inner', port: 0 }] }, { wires: [{ id: 'inside', port: 0 }] }],
      },
      {
        id: 'inner',
        z: 'sub',
        x: 1,
        y: 1,
        type: 'bybit-cancel-order',
        account: 'account',
        wires: [[], ['inside']],
      },
      {
        id: 'inside',
        z: 'sub',
        x: 1,
        y: 1,
        type: 'change',
        rules: [{ t: 'set', p: 'topic', pt: 'msg', to: 'inside', tot: 'str' }],
        wires: [[]],
      },
      { id: 'cancel', ...ON_TAB, type: 'subflow:sub', wires: [['one'], ['two']] },
      { id: 'one', ...ON_TAB, type: 'helper', wires: [] },
      { id: 'two', ...ON_TAB, type: 'helper', wires: [] },
    ];
    await helper.unload();
    await load(flow, { account: { apiKey: 'key-of-nobody', apiSecret: 'x' } });
    const failure = new Promise<{ topic?: string; error?: { code: string } }>((resolve) => {
      nodeOf('two').on('input', resolve as never);
    });
    stage.send({ payload: { category: 'linear' } });
    const { topic, error } = await failure;
    assert.deepEqual([topic, error?.code], ['inside', 'invalid-request']);
  });

  it('an account that a variable names: used, and used anew after a deploy of it alone', async () => {
    process.env.BYBIT_TEST_ACCOUNT = 'account';
    stage = await startFlow({ cancel: { account: '${BYBIT_TEST_ACCOUNT}' } });
    stage.send({ payload: payloadFor(place()) });
    await stage.arrived(1);
    const changed = stage.flow.map((node) =>
      'type' in node && node.type === 'bybit-config' ? { ...node, name: 'changed' } : node,
    );
    await stage.deploy('nodes', changed);
    stage.send({ payload: payloadFor(place()) });
    const outcomes = (await stage.arrived(2)).map(({ bybit }) => bybit.outcome);
    delete process.env.BYBIT_TEST_ACCOUNT;
    assert.deepEqual(outcomes, ['cancelled', 'cancelled']);
    assert.equal(
      stage.exchange.connections.private,
      1,
      'the new account has a stream, the old none',
    );
  });

  it('a failure while the node alone is redeployed: the Catch node hears it, and no log twice', async () => {
    stage = await startFlow({ wired: false });
    stage.exchange.faults.add({ kind: 'ackOnly', on: 'order/cancel', times: Infinity });
    stage.send({ payload: payloadFor(place()) });
    await once(stage.exchange.events, 'answered');
    const changed = stage.flow.map((node) =>
      'id' in node && node.id === 'cancel' ? { ...node, name: 'changed' } : node,
    );
    await stage.deploy('nodes', changed);
    const [msg] = await stage.arrived(1);
    assert.deepEqual([msg?.output, msg?.bybit.outcome], ['caught', 'unconfirmed']);
    const told = helper.log().args.filter(([{ id, level }]) => id === 'cancel' && level <= 30);
    assert.deepEqual(told, []);
  });

  it('text as the payload: refused with a hint at what is missing', async () => {
    stage = await startFlow();
    stage.send({ payload: '{"category":"linear","symbol":"BTCUSDT","orderId":"1"}' });
    const [msg] = await stage.arrived(1);
    assert.match(msg?.error?.message ?? '', /payload is text: put a JSON node/);
  });

  it('the runtime survives every fault of the exchange, and each message has its outcome', async () => {
    stage = await startFlow({
      exchange: { limits: { other: 500, query: 500 } },
      cancel: { timeout: 800 },
    });
    const faults = [
      ...EVERY_FAULT,
      { kind: 'redirect', location: 'http://127.0.0.1:9/' },
      { kind: 'oversized', bytes: 2_000_000 },
      { kind: 'lostRace' },
      { kind: 'ackOnly' },
      ...[400, 401, 403, 404, 429, 500].map((status) => ({ kind: 'http', status }) as const),
    ] as const;
    for (const [i, fault] of faults.entries()) {
      stage.exchange.faults.add({ ...fault, times: 3 });
      if (i % 5 === 0) stage.exchange.cutStreams();
      stage.send({ _msgid: `m-${i}`, payload: payloadFor(place()) });
      await stage.arrived(i + 1);
      stage.exchange.faults.clear();
    }
    assert.deepEqual(
      stage.arrivals.map(({ _msgid }) => _msgid),
      faults.map((_, i) => `m-${i}`),
    );
  }).timeout(60_000);

  it('50 redeploys in the middle of traffic leave no socket, timer or listener', async () => {
    stage = await startFlow({ exchange: { limits: { other: 500, query: 500 } } });
    const types = ['full', 'nodes', 'flows'] as const;
    const before = process.getActiveResourcesInfo().length;
    for (let i = 0; i < 50; i += 1) {
      for (let n = 0; n < 5; n += 1) stage.send({ payload: payloadFor(place()) });
      const changed = stage.flow.map((node) =>
        'type' in node && node.type === (i % 2 ? 'bybit-config' : 'bybit-cancel-order')
          ? { ...node, name: `deploy ${i}` }
          : node,
      );
      await stage.deploy(types[i % 3] ?? 'full', changed);
    }
    stage.send({ _msgid: 'the last', payload: payloadFor(place()) });
    while (stage.arrivals.at(-1)?._msgid !== 'the last') {
      await stage.arrived(stage.arrivals.length + 1);
    }
    assert.equal(stage.exchange.connections.private, 1, 'one account, one stream');
    const open = stage.exchange.books.all().filter(({ closedBy }) => closedBy === undefined);
    assert.deepEqual(open, [], 'what was taken in was carried out');
    await helper.unload();
    while (stage.exchange.connections.http + stage.exchange.connections.private > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(process.getActiveResourcesInfo().length <= before, 'nothing keeps the process alive');
  }).timeout(60_000);
});
