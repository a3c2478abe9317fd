/** What the account gives to its nodes' messages: its name, and the only symbols that it keeps to. */
import assert from 'node:assert/strict';
import { DEMO_KEY, type Order } from '../../simulator/exchange';
import { nodeOf, startFlow, type Arrival, type FlowStage } from './stage';

const ACCOUNT = { id: 'account', name: 'simulated' };
const KEPT = 'btcusdt, BYBIT:SOLUSDT.P';

describe('an account in the messages of its nodes', () => {
  let stage: FlowStage;
  afterEach(() => stage.end());

  const start = (type: string, account: object = {}, cancel: object = {}) =>
    startFlow({ account, cancel: { type, ...cancel } });
  const place = (symbol: string): Order =>
    stage.exchange.books.place({ category: 'linear', symbol });
  const ask = async (payload: unknown): Promise<Arrival> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    stage.send({ payload });
    return (await stage.arrived(stage.arrivals.length + 1)).at(-1)!;
  };
  const isOpen = ({ closedBy }: Order) => closedBy === undefined;
  const asked = () =>
    stage.exchange.requests.filter(({ operation }) => operation.startsWith('order/')).length;
  const accountsOf = ({ bybit, error }: Arrival) =>
    [bybit.account, (error as { account?: object } | undefined)?.account] as const;

  it('is named on both outputs of bybit-cancel-order', async () => {
    stage = await start('bybit-cancel-order', {}, { timeout: 2000 });
    const { category, symbol, orderId } = place('BTCUSDT');
    assert.deepEqual(accountsOf(await ask({ category, symbol, orderId })), [ACCOUNT, undefined]);
    assert.deepEqual(accountsOf(await ask({ category, symbol })), [ACCOUNT, ACCOUNT]);
    const { error } = await ask({ category, symbol, orderId: 'unknown' });
    assert.match(error?.message ?? '', /history of the account "simulated" \(custom\) know/);
  });

  it('is followed again, without a message, once it is put back after it was deleted', async () => {
    stage = await start('bybit-cancel-order');
    const codes: unknown[] = [];
    let wake: () => void = () => undefined;
    const shows = async (code: string) => {
      while (codes.at(-1) !== code) await new Promise<void>((resolve) => (wake = resolve));
    };
    nodeOf('shown').on('input', (msg) => {
      codes.push((msg as { status?: { code?: string } }).status?.code);
      wake();
    });
    await shows('ready');
    const isAccount = (node: object) => (node as { id: string }).id === 'account';
    const credentials = { apiKey: DEMO_KEY.apiKey, apiSecret: DEMO_KEY.secret };
    const again = stage.flow.map((node) => (isAccount(node) ? { ...node, credentials } : node));
    for (let i = 0; i < 2; i += 1) {
      await stage.deploy(
        'nodes',
        stage.flow.filter((node) => !isAccount(node)),
      );
      await shows('not-configured');
      await stage.deploy('nodes', again);
      await shows('ready');
    }
    assert.equal(stage.exchange.connections.private, 1);
  });

  it('is named where its key is missing', async () => {
    stage = await startFlow({ credentials: { apiKey: '', apiSecret: '' } });
    assert.deepEqual(accountsOf(await ask({})), [ACCOUNT, ACCOUNT]);
  });

  it('is named by the nodes for several orders', async () => {
    stage = await start('bybit-cancel-orders');
    const { category, symbol, orderId } = place('BTCUSDT');
    assert.deepEqual(accountsOf(await ask([{ category, symbol, orderId }])), [ACCOUNT, undefined]);
    assert.deepEqual(accountsOf(await ask('no list')), [ACCOUNT, ACCOUNT]);
    await stage.end();
    stage = await start('bybit-cancel-all');
    assert.deepEqual(accountsOf(await ask({ category, symbol })), [ACCOUNT, undefined]);
  });

  it('keeps to its symbols with one order', async () => {
    stage = await start('bybit-cancel-order', { symbols: KEPT });
    const [kept, other] = [place('SOLUSDT'), place('ETHUSDT')];
    const { category, symbol, orderId } = other;
    const msg = await ask({ category, symbol, orderId });
    assert.deepEqual([msg.output, msg.bybit.outcome], ['two', 'invalid-request']);
    assert.match(msg.error?.message ?? '', /no orders of ETHUSDT.* BTCUSDT, SOLUSDT\.$/);
    assert.equal(asked(), 0);
    const { orderId: id } = kept;
    assert.equal((await ask({ category, symbol: 'SOLUSDT', orderId: id })).output, 'one');
    assert.ok(isOpen(other) && !isOpen(kept));
  });

  it('keeps to its symbols with each order of a list', async () => {
    stage = await start('bybit-cancel-orders', { symbols: KEPT });
    const orders = [place('BTCUSDT'), place('ETHUSDT')];
    const msg = await ask(
      orders.map(({ category, symbol, orderId }) => ({ category, symbol, orderId })),
    );
    assert.deepEqual(msg.bybit.counts, { cancelled: 1, 'invalid-request': 1 });
    assert.deepEqual(orders.map(isOpen), [false, true]);
  });

  for (const scope of [{ symbol: '*' }, { settleCoin: 'USDT' }]) {
    it(`keeps to its symbols with everything of ${JSON.stringify(scope)}`, async () => {
      stage = await start('bybit-cancel-all', { symbols: KEPT }, { kinds: 'all' });
      const [kept, others] = [0, 0].map((_none, i) =>
        Array.from({ length: 15 }, () => place(i === 0 ? 'BTCUSDT' : 'ETHUSDT')),
      );
      const msg = await ask({ category: 'linear', ...scope });
      assert.deepEqual([msg.bybit.outcome, msg.bybit.complete], ['cancelled', true]);
      assert.deepEqual(msg.bybit.counts, { cancelled: 15 });
      // Told, so that nobody takes the account for empty.
      assert.deepEqual(msg.bybit.spared, { symbol: 15 });
      assert.deepEqual(msg.bybit.appeared, []);
      assert.ok(!kept!.some(isOpen) && others!.every(isOpen));
    });
  }

  it('refuses a scope of another symbol', async () => {
    stage = await start('bybit-cancel-all', { symbols: KEPT });
    const other = place('ETHUSDT');
    const msg = await ask({ category: 'linear', symbol: 'ETHUSDT' });
    assert.equal(msg.bybit.outcome, 'invalid-request');
    assert.equal(asked(), 0);
    assert.ok(isOpen(other));
  });

  it('does not run with a variable for its symbols that is blank', async () => {
    process.env.BYBIT_TEST_SYMBOLS = '';
    try {
      stage = await start('bybit-cancel-all', { symbols: '${BYBIT_TEST_SYMBOLS}' });
      const order = place('ETHUSDT');
      const msg = await ask({ category: 'linear', symbol: '*' });
      assert.equal(msg.bybit.outcome, 'not-configured');
      assert.match(msg.error?.message ?? '', /symbols: .*blank/);
      assert.ok(isOpen(order));
    } finally {
      delete process.env.BYBIT_TEST_SYMBOLS;
    }
  });

  it('does not run with a list of symbols that it can’t read', async () => {
    stage = await start('bybit-cancel-order', { symbols: 'BTCUSDT, *' });
    const msg = await ask({ category: 'linear', symbol: 'BTCUSDT', orderId: '1' });
    assert.equal(msg.bybit.outcome, 'not-configured');
    assert.match(msg.error?.message ?? '', /symbols holds "\*", which is no symbol/);
  });
});
