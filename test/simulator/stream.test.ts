import assert from 'node:assert/strict';
import { once } from 'node:events';
import { authMessage, cancel, TestSocket, type Received } from '../support/plain-client';
import { startExchange, type Exchange } from '../../simulator/exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const SPOT = { category: 'spot', symbol: 'BTCUSDT' } as const;

describe('the private stream of the simulated exchange', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange();
  });
  afterEach(() => exchange.close());
  const open = () => TestSocket.open(exchange, '/v5/private');
  const follow = (topics = ['order']) => TestSocket.ready(exchange, '/v5/private', topics);

  it('authenticates', async () => {
    const socket = await open();
    const auth = await socket.call({ ...authMessage(), req_id: 'a' });
    assert.deepEqual([auth.success, auth.ret_msg, auth.op, auth.req_id], [true, '', 'auth', 'a']);
    assert.match(String(auth.conn_id), /./);
  });

  it('refuses wrong keys, signatures and times', async () => {
    const socket = await open();
    const refused = async (message: object): Promise<unknown> => {
      const { success, op, ret_msg } = await socket.call(message);
      assert.deepEqual([success, op], [false, 'auth']);
      return ret_msg;
    };
    assert.match(String(await refused(authMessage({ secret: 'wrong' }))), /^error sign/);
    assert.match(String(await refused(authMessage({ apiKey: 'nobody' }))), /API key/);
    assert.equal(await refused(authMessage({ expires: Date.now() - 1 })), 'Params Error');
    assert.equal(await refused({ op: 'auth', args: ['key'] }), 'Params Error');
    exchange.faults.refuseAuth();
    assert.equal(await refused(authMessage()), 'Params Error');
    exchange.clockSkewMs = 60_000;
    assert.equal(await refused(authMessage()), 'Params Error');
  });

  it('lets nobody subscribe unauthenticated, to all and some, or to what it has not', async () => {
    const socket = await open();
    const subscribe = async (...args: string[]): Promise<unknown> =>
      (await socket.call({ op: 'subscribe', args })).success;
    assert.equal(await subscribe('order'), false);
    await socket.call(authMessage());
    assert.equal(await subscribe('order', 'order.linear'), false);
    assert.equal(await subscribe('orders'), false);
    assert.equal(await subscribe(), false);
    assert.equal(await subscribe('order', 'wallet'), true);
    assert.equal((await socket.call({ op: 'order.cancel', args: [] })).success, false);
    assert.equal((await socket.call('no JSON')).success, false);
  });

  it('can refuse to subscribe, and grant it later', async () => {
    const socket = await open();
    await socket.call(authMessage());
    exchange.faults.refuseSubscribe(2);
    const subscribe = { op: 'subscribe', args: ['order'], req_id: 's' };
    for (let count = 0; count < 2; count += 1) {
      const { success, ret_msg, op, req_id } = await socket.call(subscribe);
      assert.deepEqual([success, ret_msg, op, req_id], [false, 'refused', 'subscribe', 's']);
    }
    exchange.books.place(LINEAR);
    assert.equal((await socket.call(subscribe)).success, true);
    const { orderId } = exchange.books.place(LINEAR);
    assert.equal((await socket.nextOrder()).orderId, orderId);
    exchange.faults.refuseSubscribe();
    exchange.faults.clear();
    assert.equal((await socket.call(subscribe)).success, true);
  });

  it('answers pings of both kinds', async () => {
    const socket = await open();
    const pong = await socket.call({ op: 'ping', req_id: '7' });
    assert.deepEqual([pong.op, pong.req_id], ['pong', '7']);
    assert.match(String((pong.args as unknown[])[0]), /^\d{13}$/);
    socket.socket.ping('x');
    const [data] = (await once(socket.socket, 'pong')) as [Buffer];
    assert.equal(data.toString(), 'x');
  });

  it('tells each change of the orders of its account, in the topics asked for', async () => {
    const all = await follow();
    const spot = await follow(['order.spot', 'order.option']);
    exchange.books.place({ ...LINEAR, uid: 'somebody else' });
    const { orderId } = exchange.books.place(LINEAR);
    exchange.books.fill(orderId, '0.004');
    exchange.books.place({ ...SPOT, orderLinkId: 'spot' });
    const placed = await all.next();
    assert.equal(placed.topic, 'order');
    assert.equal(typeof placed.creationTime, 'number');
    const [order = {}] = placed.data as Received[];
    assert.deepEqual([order.orderId, order.orderStatus], [orderId, 'New']);
    assert.equal((await all.nextOrder()).cumExecQty, '0.004');
    assert.equal((await all.nextOrder()).category, 'spot');
    const categorised = await spot.next();
    assert.equal(categorised.topic, 'order.spot');
    assert.equal((categorised.data as Received[])[0]?.orderLinkId, 'spot');
    await all.call({ op: 'unsubscribe', args: ['order'] });
    exchange.books.cancel(orderId);
    assert.equal((await all.call({ op: 'ping' })).op, 'pong');
  });

  it('says Filled twice when the cancel loses the race', async () => {
    const { orderId } = exchange.books.place(LINEAR);
    const socket = await follow();
    exchange.faults.add({ kind: 'lostRace' });
    assert.equal((await cancel(exchange, { ...LINEAR, orderId })).json.retCode, 0);
    const seen = [await socket.nextOrder(), await socket.nextOrder()];
    assert.deepEqual(
      seen.map((order) => [order.orderStatus, order.cancelType, order.rejectReason]),
      [
        ['Filled', 'UNKNOWN', 'EC_NoError'],
        ['Filled', 'CancelByUser', 'EC_OrigClOrdIDDoesNotExist'],
      ],
    );
  });

  it('drops, doubles and reorders events by script and by chance', async () => {
    const socket = await follow();
    const place = (orderLinkId: string) => exchange.books.place({ ...LINEAR, orderLinkId });
    const next = async (): Promise<unknown> => (await socket.nextOrder()).orderLinkId;
    exchange.faults.dropEvents(1);
    place('dropped');
    exchange.faults.doubleEvents(1);
    place('doubled');
    assert.deepEqual([await next(), await next()], ['doubled', 'doubled']);
    exchange.faults.stream = { reorder: 1 };
    place('late');
    exchange.faults.stream = {};
    place('early');
    assert.deepEqual([await next(), await next()], ['early', 'late']);
    exchange.faults.stream = { reorder: 1 };
    place('alone');
    assert.equal(await next(), 'alone');
    exchange.faults.stream = { double: 1 };
    place('twice');
    assert.deepEqual([await next(), await next()], ['twice', 'twice']);
    exchange.faults.stream = { drop: 1 };
    place('never');
    exchange.faults.stream = { delayMs: 1 };
    place('in the end');
    assert.equal(await next(), 'in the end');
  });

  it('can lag behind the truth', async () => {
    const socket = await follow();
    exchange.eventDelayMs = 1;
    const { orderId } = exchange.books.place(LINEAR);
    assert.equal(exchange.pendingTimers, 1);
    assert.equal((await socket.nextOrder()).orderId, orderId);
  });

  it('can refuse connections, be cut, fall silent, and ignore pings', async () => {
    exchange.faults.refuseConnections(1);
    await assert.rejects(open(), /503/);
    await assert.rejects(TestSocket.open(exchange, '/v5/public/linear'), /404/);
    const socket = await follow();
    exchange.faults.ignorePings();
    let pongs = 0;
    socket.socket.on('pong', () => (pongs += 1));
    socket.socket.ping();
    socket.send({ op: 'ping' });
    await once(exchange.events, 'request');
    exchange.faults.ignorePings(false);
    const { orderId } = exchange.books.place(LINEAR);
    assert.equal((await socket.nextOrder()).orderId, orderId);
    exchange.muteStreams();
    socket.send({ op: 'ping' });
    const [heard] = (await once(exchange.events, 'answered')) as [{ operation: string }];
    assert.equal(heard.operation, 'ws:ping');
    exchange.cutStreams();
    const [code] = (await once(socket.socket, 'close')) as [number];
    assert.equal(code, 1006);
    assert.deepEqual([socket.waiting, pongs], [0, 0]);
  });

  it('can tell several orders in one message, those of a category together', async () => {
    const socket = await follow();
    exchange.behaviour.eventGatherMs = 5;
    exchange.books.place({ ...LINEAR, uid: 'somebody else' });
    const ids = [LINEAR, LINEAR, SPOT].map((wish) => exchange.books.place(wish).orderId);
    exchange.books.fill(ids[0]!);
    const messages = [await socket.next(), await socket.next()];
    const told = messages.map(({ data }) =>
      (data as Received[]).map((row) => [row.category, row.orderId, row.orderStatus]),
    );
    assert.deepEqual(told, [
      [
        ['linear', ids[0], 'New'],
        ['linear', ids[1], 'New'],
        ['linear', ids[0], 'Filled'],
      ],
      [['spot', ids[2], 'New']],
    ]);
    exchange.behaviour.eventGatherMs = 0;
    const { orderId } = exchange.books.place(LINEAR);
    const { data } = await socket.next();
    assert.deepEqual(
      (data as Received[]).map((row) => row.orderId),
      [orderId],
    );
  });
});
