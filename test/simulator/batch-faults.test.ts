import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cancelBatch, realtime, settled, TestSocket, type Received } from '../support/plain-client';
import {
  BATCH_FAULTS,
  EVERY_FAULT,
  startExchange,
  type Exchange,
  type Fault,
  type Order,
  type ReceivedRequest,
} from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;

describe('the faults of a batch of the simulated exchange', () => {
  let exchange: Exchange;
  let orders: Order[];
  const place = () => {
    orders = ['a', 'b', ''].map((orderLinkId) => exchange.books.place({ ...LINEAR, orderLinkId }));
  };
  beforeEach(async () => {
    // Long: the orders stay open, however often they are asked for.
    exchange = await startExchange({ limits: { batch: 1000 }, cancelDelayMs: 60_000 });
    place();
  });
  afterEach(() => exchange.close());

  /** The second by its orderLinkId, the others by orderId. */
  const body = () => ({
    category: 'linear',
    request: orders.map(({ symbol, orderId, orderLinkId }) =>
      orderLinkId === 'b' ? { symbol, orderLinkId } : { symbol, orderId },
    ),
  });
  const send = () => cancelBatch(exchange, body());
  const sendWith = async (fault: Fault) => {
    exchange.faults.add({ ...fault, on: 'order/cancel-batch' });
    const { retCode, result, retExtInfo } = (await send()).json;
    assert.equal(retCode, 0);
    return {
      ids: result.list?.map(({ orderId, orderLinkId }) => [orderId, orderLinkId]),
      codes: retExtInfo.list?.map(({ code }) => code),
      texts: retExtInfo.list?.map(({ msg }) => msg),
    };
  };
  const accepted = () => orders.map(({ cancelRequests }) => cancelRequests.length);
  const ids = () => orders.map(({ orderId, orderLinkId }) => [orderId, orderLinkId]);

  for (const processed of [false, true]) {
    it(`give some of its orders a code, ${processed ? 'processed' : 'unprocessed'}`, async () => {
      const codes = { 1: 10016, 2: 999999 };
      const retMsg = 'try again';
      const reply = await sendWith({ kind: 'items', codes, retMsg, processed });
      assert.deepEqual(reply.codes, [0, 10016, 999999]);
      assert.deepEqual(reply.texts, ['OK', retMsg, retMsg]);
      assert.deepEqual(reply.ids, [ids()[0], ['', 'b'], ['', '']]);
      assert.deepEqual(accepted(), processed ? [1, 1, 1] : [1, 0, 0]);
      assert.equal(exchange.requests[0]?.fault, 'items');
    });
  }

  it('leave out both lists, the codes, or the ids', async () => {
    const missing = await sendWith({ kind: 'lists', how: 'missing' });
    assert.deepEqual([missing.ids, missing.codes], [undefined, undefined]);
    assert.deepEqual(accepted(), [1, 1, 1]);
    const noExtInfo = await sendWith({ kind: 'lists', how: 'noExtInfo' });
    assert.deepEqual([noExtInfo.ids, noExtInfo.codes], [ids(), undefined]);
    const noIds = await sendWith({ kind: 'lists', how: 'noIds' });
    const blank = ['', ''];
    assert.deepEqual(
      [noIds.ids, noIds.codes],
      [
        [blank, blank, blank],
        [0, 0, 0],
      ],
    );
  });

  it('make one list or both too short or too long', async () => {
    const lengths = async (how: 'short' | 'long', list?: 'result' | 'extInfo' | 'both') => {
      const fault = { kind: 'lists', how, ...(list ? { list } : {}) } as const;
      const reply = await sendWith(fault);
      return [reply.ids?.length, reply.codes?.length];
    };
    assert.deepEqual(await lengths('short'), [3, 2]);
    assert.deepEqual(await lengths('short', 'result'), [2, 3]);
    assert.deepEqual(await lengths('short', 'both'), [2, 2]);
    assert.deepEqual(await lengths('long'), [3, 4]);
    assert.deepEqual(await lengths('long', 'result'), [4, 3]);
    assert.deepEqual(await lengths('long', 'both'), [4, 4]);
    assert.deepEqual(accepted(), [6, 6, 6]);
  });

  it('tell both lists in another order, each row with its ids', async () => {
    exchange.books.fill(orders[0]!.orderId);
    const reply = await sendWith({ kind: 'lists', how: 'reordered' });
    const [first, second, third] = ids();
    assert.deepEqual(reply.ids, [third, second, [first?.[0], '']]);
    assert.deepEqual(reply.codes, [0, 0, 110001]);
  });

  it('leave answers that are no batches’ as they are', async () => {
    exchange.faults.add({ kind: 'lists', how: 'missing' });
    const { result } = (await realtime(exchange, 'category=linear&symbol=BTCUSDT')).json;
    assert.equal(result.list?.length, 3);
  });

  it('are met over the order entry, too', async () => {
    const entry = await TestSocket.ready(exchange, '/v5/trade');
    const call = () =>
      entry.call({
        op: 'order.cancel-batch',
        header: { 'X-BAPI-TIMESTAMP': String(Date.now()) },
        args: [body()],
      });
    const on = 'ws:order.cancel-batch';
    exchange.faults.add(
      { on, kind: 'retCode', retCode: 10019 },
      { on, kind: 'lists', how: 'short' },
      { kind: 'items', codes: { 0: 10006 } },
      { on, kind: 'retCode', retCode: 10016, processed: true },
    );
    assert.equal((await call()).retCode, 10019);
    assert.deepEqual(accepted(), [0, 0, 0]);
    const short = await call();
    assert.equal((short.data as { list: Received[] }).list.length, 3);
    assert.equal((short.retExtInfo as { list: Received[] }).list.length, 2);
    const items = (await call()).retExtInfo as { list: Received[] };
    assert.deepEqual(
      items.list.map(({ code }) => code),
      [10006, 0, 0],
    );
    assert.equal((await call()).retCode, 10016);
    assert.deepEqual(accepted(), [2, 3, 3]);
  });

  it('let each of its orders lose the race, or never be cancelled', async () => {
    exchange.books.cancelDelayMs = 5;
    exchange.faults.add({ kind: 'ackOnly' }, { kind: 'lostRace' });
    assert.equal((await send()).json.retCode, 0);
    assert.equal(exchange.books.pendingCancels, 0);
    await send();
    await settled(exchange);
    assert.deepEqual(
      orders.map(({ orderStatus, closedBy }) => [orderStatus, closedBy]),
      orders.map(() => ['Filled', 'fill']),
    );
  });

  it('come by chance as to any request, with effect or without', async () => {
    exchange.faults.random({ seed: 1, share: 1 });
    for (const fault of EVERY_FAULT) {
      place();
      const reply = send().catch(() => undefined);
      const [request] = (await once(exchange.events, 'request')) as [ReceivedRequest];
      assert.equal(request.fault, fault.kind);
      if (fault.kind !== 'hang') await reply;
      const takesEffect =
        fault.kind === 'reset' ? fault.when === 'after' : 'processed' in fault && fault.processed;
      assert.deepEqual(accepted(), takesEffect ? [1, 1, 1] : [0, 0, 0], JSON.stringify(fault));
    }
  });

  it('come by chance in the kinds that are a batch’s own', async () => {
    exchange.faults.random({ seed: 1, share: 1, kinds: BATCH_FAULTS, on: 'order/cancel-batch' });
    for (const fault of BATCH_FAULTS) {
      place();
      assert.equal((await send()).json.retCode, 0);
      assert.equal(exchange.requests.at(-1)?.fault, fault.kind);
    }
  });
});
