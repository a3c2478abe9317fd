/** The fields that tell an order that protects a position from one that opens it. */
import assert from 'node:assert/strict';
import { ask, realtime, TestSocket } from '../support/plain-client';
import { startExchange, type Exchange, type StopOrderType } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const SPOT = { category: 'spot', symbol: 'BTCUSDT' } as const;
const OPTION = { category: 'option', symbol: 'BTC-27DEC30-100000-C' } as const;
const PROTECTION: readonly StopOrderType[] = [
  'TakeProfit',
  'StopLoss',
  'TrailingStop',
  'PartialTakeProfit',
  'PartialStopLoss',
  'MmRateClose',
];

describe('the protecting orders of the simulated exchange', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange();
  });
  afterEach(() => exchange.close());

  const record = async (category: string, orderId: string) => {
    const query = `category=${category}&settleCoin=USDT&orderId=${orderId}`;
    const { list = [] } = (await realtime(exchange, query)).json.result;
    return list[0] ?? {};
  };

  for (const stopOrderType of PROTECTION) {
    it(`can be of the type ${stopOrderType}`, async () => {
      const { orderId } = exchange.books.place({
        ...LINEAR,
        stopOrderType,
        reduceOnly: true,
        closeOnTrigger: true,
        parentOrderLinkId: 'parent',
        createType: 'CreateByTakeProfit',
      });
      const row = await record('linear', orderId);
      assert.deepEqual(
        [row.stopOrderType, row.orderStatus, row.triggerPrice],
        [stopOrderType, 'Untriggered', '9000.00'],
      );
      assert.deepEqual([row.reduceOnly, row.closeOnTrigger], [true, true]);
      assert.deepEqual([row.parentOrderLinkId, row.createType], ['parent', 'CreateByTakeProfit']);
      const stops = (
        await realtime(exchange, 'category=linear&symbol=BTCUSDT&orderFilter=StopOrder')
      ).json.result.list;
      assert.deepEqual(
        stops?.map((one) => one.orderId),
        [orderId],
      );
    });
  }

  it('differ from plain and conditional orders', async () => {
    const plain = await record('linear', exchange.books.place(LINEAR).orderId);
    assert.deepEqual(
      [plain.stopOrderType, plain.reduceOnly, plain.closeOnTrigger, plain.parentOrderLinkId],
      ['', false, false, ''],
    );
    assert.equal(plain.createType, 'CreateByUser');
    const wish = { ...LINEAR, triggerPrice: '9500' };
    const conditional = await record('linear', exchange.books.place(wish).orderId);
    assert.deepEqual(
      [conditional.stopOrderType, conditional.triggerPrice, conditional.reduceOnly],
      ['Stop', '9500', false],
    );
  });

  it('are told with the fields that their category has', async () => {
    const fields = async (category: string, orderId: string) => {
      const row = await record(category, orderId);
      return ['parentOrderLinkId', 'createType'].map((name) => name in row);
    };
    assert.deepEqual(await fields('spot', exchange.books.place(SPOT).orderId), [false, false]);
    const option = exchange.books.place(OPTION).orderId;
    const { list = [] } = (await realtime(exchange, `category=option&orderId=${option}`)).json
      .result;
    assert.deepEqual(
      list.map((row) => ['parentOrderLinkId' in row, 'createType' in row]),
      [[true, false]],
    );
    assert.deepEqual(await fields('linear', exchange.books.place(LINEAR).orderId), [true, true]);
  });

  it('are told on the order stream, with their category', async () => {
    const stream = await TestSocket.ready(exchange, '/v5/private', ['order']);
    exchange.books.place({ ...LINEAR, stopOrderType: 'StopLoss', reduceOnly: true });
    const row = await stream.nextOrder();
    assert.deepEqual(
      [row.category, row.stopOrderType, row.reduceOnly],
      ['linear', 'StopLoss', true],
    );
  });

  it('can be placed over REST, as far as documented', async () => {
    const wish = { ...LINEAR, side: 'Sell', orderType: 'Limit', qty: '1', price: '9' };
    const create = async (more: object) =>
      (await ask(exchange, { path: '/v5/order/create', body: { ...wish, ...more } })).json;
    const placed = await create({ reduceOnly: true, closeOnTrigger: true, triggerPrice: '8' });
    const row = await record('linear', String(placed.result.orderId));
    assert.deepEqual(
      [row.reduceOnly, row.closeOnTrigger, row.triggerPrice, row.stopOrderType, row.orderStatus],
      [true, true, '8', 'Stop', 'Untriggered'],
    );
    const plain = await create({ reduceOnly: null });
    assert.equal(exchange.books.get(String(plain.result.orderId)).reduceOnly, false);
    assert.equal((await create({ reduceOnly: 'true' })).retCode, 10001);
    assert.equal((await create({ closeOnTrigger: 1 })).retCode, 10001);
  });
});
