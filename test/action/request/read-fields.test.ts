import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import helper from 'node-red-node-test-helper';
import { ask, ORDER, PLACE, start, type Bench } from '../bench';

/** Settings that take one field from one source. */
const from = (field: string, source: string, expression: unknown) => ({
  [field]: expression,
  [`${field}Type`]: source,
});

interface Failure {
  readonly message: string;
  readonly code: string;
}

/** The failure that a message leads to, after which nothing must have been asked of the account. */
async function failureOf({ account, node }: Bench, msg: object): Promise<Failure> {
  const { error } = await ask(node, msg, 'two');
  assert.deepEqual(account.requests, []);
  return error as Failure;
}

async function requestOf({ account, node }: Bench, msg: object): Promise<unknown> {
  await ask(node, msg, 'one');
  return account.requests.at(-1);
}

describe('the fields of a cancel node', () => {
  afterEach(() => helper.unload());

  it('come from the payload at first', async () => {
    const bench = await start();
    const payload = { category: 'spot', symbol: 'BTCUSDT', orderId: '1', orderLinkId: 'mine' };
    const request = { ...payload, orderFilter: 'Order' };
    assert.deepEqual(await requestOf(bench, { payload: request }), request);
  });

  it('come from a proxy, though it says that it has none', async () => {
    const bench = await start();
    const order: Record<PropertyKey, unknown> = { ...ORDER };
    const payload = new Proxy({}, { get: (_, name) => order[name] });
    assert.deepEqual(await requestOf(bench, { payload }), ORDER);
  });

  it('come from elsewhere in the message', async () => {
    const bench = await start(from('orderId', 'msg', 'ids[msg.which].live'));
    const msg = { payload: ORDER, ids: { b: { live: 'b-7' } }, which: 'b' };
    assert.deepEqual(await requestOf(bench, msg), { ...ORDER, orderId: 'b-7' });
  });

  for (const scope of ['flow', 'global'] as const) {
    it(`come from the ${scope} context`, async () => {
      const bench = await start(from('orderId', scope, 'open.id'));
      bench.node.context()[scope].set('open', { id: 'ctx-1' });
      assert.deepEqual(await requestOf(bench, { payload: ORDER }), { ...ORDER, orderId: 'ctx-1' });
    });
  }

  it('come from a text, also when the message says otherwise', async () => {
    const bench = await start(from('category', 'str', ' Inverse '));
    assert.deepEqual(await requestOf(bench, { payload: ORDER }), { ...ORDER, category: 'inverse' });
  });

  it('come from an expression', async () => {
    const bench = await start(from('symbol', 'jsonata', 'payload.base & "usdt"'));
    const payload = { category: 'linear', base: 'eth', orderId: 'abc-1' };
    assert.deepEqual(await requestOf(bench, { payload }), { ...ORDER, symbol: 'ETHUSDT' });
  });

  it('come from an expression anew for each message', async () => {
    const bench = await start(from('orderId', 'jsonata', '$flowContext("open") & payload.n'));
    bench.node.context().flow.set('open', 'o-');
    const ids = [];
    for (const n of [1, 2]) {
      await ask(bench.node, { payload: { ...ORDER, n } }, 'one');
      ids.push(bench.account.requests.at(-1)?.orderId);
    }
    assert.deepEqual(ids, ['o-1', 'o-2']);
  });

  describe('from the environment', () => {
    afterEach(() => {
      delete process.env.BYBIT_TEST_SYMBOL;
    });

    for (const expression of ['BYBIT_TEST_SYMBOL', 'BYBIT${_TEST}_SYMBOL']) {
      const mixed = expression.includes('$');
      it(mixed ? 'refuse a text with an unset part' : 'come by name', async () => {
        process.env.BYBIT_TEST_SYMBOL = 'ethusdt';
        const bench = await start(from('symbol', 'env', expression));
        if (!mixed) {
          assert.deepEqual(await requestOf(bench, { payload: ORDER }), {
            ...ORDER,
            symbol: 'ETHUSDT',
          });
          return;
        }
        const { code, message } = await failureOf(bench, { payload: ORDER });
        assert.equal(code, 'not-configured');
        assert.match(message, /^symbol: the environment variable _TEST is not set/);
      });
    }

    it('come in the midst of a text', async () => {
      process.env.BYBIT_TEST_SYMBOL = 'ETH';
      const bench = await start(from('symbol', 'env', '${BYBIT_TEST_SYMBOL}USDT'));
      const request = await requestOf(bench, { payload: ORDER });
      assert.deepEqual(request, { ...ORDER, symbol: 'ETHUSDT' });
    });

    it('come from the flow', async () => {
      const group = { id: 'group', ...PLACE, type: 'group', nodes: ['cancel'] };
      const env = [{ name: 'LIVE_ORDER', value: 'env-9', type: 'str' }];
      const bench = await start({ ...from('orderId', 'env', 'LIVE_ORDER'), g: 'group' }, [
        { ...group, env },
      ]);
      assert.deepEqual(await requestOf(bench, { payload: ORDER }), { ...ORDER, orderId: 'env-9' });
    });

    it('are not configured when the variable is not set', async () => {
      const bench = await start(from('orderLinkId', 'env', 'BYBIT_NOT_THERE'));
      const { code, message } = await failureOf(bench, { payload: ORDER });
      assert.equal(code, 'not-configured');
      assert.match(message, /^orderLinkId: the environment variable BYBIT_NOT_THERE is not set/);
    });

    it('count as not given when the variable is blank', async () => {
      process.env.BYBIT_TEST_SYMBOL = '';
      const bench = await start(from('orderLinkId', 'env', 'BYBIT_TEST_SYMBOL'));
      assert.deepEqual(await requestOf(bench, { payload: ORDER }), ORDER);
    });

    it('stand for any whole property, as everywhere in Node-RED', async () => {
      process.env.BYBIT_TEST_SYMBOL = 'ethusdt';
      const bench = await start(from('symbol', 'str', '${BYBIT_TEST_SYMBOL}'));
      const request = await requestOf(bench, { payload: ORDER });
      assert.deepEqual(request, { ...ORDER, symbol: 'ETHUSDT' });
    });
  });

  it('count as not given when the expression is blank', async () => {
    for (const source of ['msg', 'flow', 'global', 'str', 'env', 'jsonata']) {
      const bench = await start(from('orderLinkId', source, ' '));
      const payload = { ...ORDER, orderLinkId: 'mine' };
      assert.deepEqual(await requestOf(bench, { payload }), ORDER, source);
      await helper.unload();
    }
  });

  it('count as not given when what should hold them is missing', async () => {
    const bench = await start({
      ...from('category', 'str', 'linear'),
      ...from('symbol', 'str', 'BTCUSDT'),
      ...from('orderId', 'msg', 'msg.topic'),
      ...from('orderFilter', 'msg', 'payload.deep.down'),
    });
    for (const payload of [undefined, null, 'text', 5, {}]) {
      const msg = { topic: 'abc-1', payload };
      assert.deepEqual(await requestOf(bench, msg), ORDER);
    }
  });

  it('are refused when they are promises, not waited for', async () => {
    const bench = await start();
    const msg = { payload: { ...ORDER, orderId: new Promise(() => undefined) } };
    const { code, message } = await failureOf(bench, msg);
    assert.equal(code, 'invalid-request');
    assert.equal(message, 'orderId must be text, not an object.');
  });

  it('are refused when reading them throws', async () => {
    const bench = await start();
    const payload = Object.defineProperty({ ...ORDER }, 'orderFilter', {
      get: () => {
        throw new TypeError('Cannot read properties of undefined');
      },
    });
    const { code, message } = await failureOf(bench, { payload });
    assert.equal(code, 'invalid-request');
    assert.equal(message, "orderFilter can't be read from msg.payload.orderFilter.");
  });

  it('are refused when the path is none', async () => {
    const bench = await start(from('orderId', 'msg', 'payload[['));
    const { message } = await failureOf(bench, { payload: ORDER });
    assert.equal(message, "orderId can't be read from msg.payload[[.");
  });

  it('are refused when the context has no such key', async () => {
    const bench = await start(from('orderId', 'flow', 'open[['));
    bench.node.context().flow.set('open', 'abc-1');
    const { code, message } = await failureOf(bench, { payload: ORDER });
    assert.equal(code, 'invalid-request');
    assert.equal(message, 'orderId can\'t be read from the flow context "open[[".');
  });

  it('are refused when the expression has an error, for each message anew', async () => {
    const bench = await start(from('symbol', 'jsonata', 'payload.('));
    for (let round = 0; round < 2; round++) {
      const { code, message } = await failureOf(bench, { payload: ORDER });
      assert.equal(code, 'invalid-request');
      assert.match(message, /^symbol: the JSONata expression fails\. .*end of expression/);
    }
  });

  it('are refused when the expression fails on a message', async () => {
    const bench = await start(from('symbol', 'jsonata', 'payload.symbol + 1'));
    const { code, message } = await failureOf(bench, { payload: ORDER });
    assert.equal(code, 'invalid-request');
    assert.match(message, /^symbol: the JSONata expression fails\. .*number/);
  });

  it('are refused when the expression fails on what nobody can read', async () => {
    const bench = await start(from('symbol', 'jsonata', 'payload.symbol'));
    const unreadable = Object.defineProperty({}, 'message', { get: () => assert.fail() });
    const payload = Object.defineProperty({ ...ORDER }, 'symbol', {
      get: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a flow can throw anything
        throw unreadable;
      },
    });
    const { message } = await failureOf(bench, { payload });
    assert.equal(message, 'symbol: the JSONata expression fails.');
  });

  it('are refused when the expression finds several values', async () => {
    const bench = await start(from('orderId', 'jsonata', 'payload.ids'));
    const { message } = await failureOf(bench, { payload: { ...ORDER, ids: ['a', 'b'] } });
    assert.equal(message, 'orderId must be text, not an array.');
  });
});
