import assert from 'node:assert/strict';
import { once } from 'node:events';
import { authMessage, cancel, TestSocket, type Received } from './client';
import { startExchange, type Exchange } from './exchange';

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
});

describe('the order entry of the simulated exchange', () => {
  let exchange: Exchange;
  beforeEach(async () => {
    exchange = await startExchange();
  });
  afterEach(() => exchange.close());
  const ready = () => TestSocket.ready(exchange, '/v5/trade');
  const header = (ahead = 0) => ({ 'X-BAPI-TIMESTAMP': String(Date.now() + ahead) });
  const message = (body: object, change = {}) => ({
    op: 'order.cancel',
    header: header(),
    args: [body],
    ...change,
  });

  it('cancels, and repeats the reqId', async () => {
    const socket = await ready();
    const order = exchange.books.place({ ...LINEAR, orderLinkId: 'l' });
    const { orderId } = order;
    const reply = await socket.call(message({ ...LINEAR, orderId }, { reqId: 'r-1' }));
    assert.deepEqual(
      [reply.reqId, reply.retCode, reply.retMsg, reply.op, reply.data],
      ['r-1', 0, 'OK', 'order.cancel', { orderId, orderLinkId: 'l' }],
    );
    assert.deepEqual(order.cancelRequests[0]?.reqId, 'r-1');
    assert.equal(exchange.requests[order.cancelRequests[0].request]?.method, 'order.cancel');
    assert.ok(!('reqId' in (await socket.call(message({ ...LINEAR, orderId })))));
  });

  it('refuses as documented', async () => {
    const socket = await TestSocket.open(exchange, '/v5/trade');
    const code = async (asked: object): Promise<unknown> => (await socket.call(asked)).retCode;
    const order = { ...LINEAR, orderId: 'none' };
    assert.equal(await code(message(order)), 10005);
    assert.equal(await code(authMessage({ secret: 'wrong' })), 10004);
    assert.equal(await code(authMessage({ apiKey: 'nobody' })), 10004);
    assert.equal(await code(authMessage({ expires: 1 })), 10001);
    assert.equal(await code(authMessage()), 0);
    assert.equal(await code(authMessage()), 20001);
    assert.equal(await code(message(order, { op: 'order.amend' })), 10404);
    assert.equal(await code(message({ ...order, category: 'futures' })), 10404);
    assert.equal(await code(message(order, { header: header(2000) })), 10002);
    assert.equal(await code(message(order, { header: header(-6000) })), 10002);
    assert.equal(await code(message(order, { header: undefined })), 10001);
    assert.equal(await code(message(order, { args: [order, order] })), 10001);
    assert.equal(await code(message({ ...LINEAR })), 10001);
    assert.equal(await code(message(order, { reqId: 'x'.repeat(37) })), 20006);
    assert.equal(await code(message(order, { reqId: 'x'.repeat(36) })), 110001);
    assert.equal(await code(message(order, { reqId: 'x'.repeat(36) })), 20006);
    assert.equal(await code({ op: 'ping' }), 0);
  });

  it('meets scripted faults', async () => {
    const { orderId } = exchange.books.place(LINEAR);
    const asked = message({ ...LINEAR, orderId });
    const socket = await ready();
    const on = 'ws:order.cancel';
    exchange.faults.add(
      { on, kind: 'retCode', retCode: 10019, retMsg: 'restarting' },
      { on, kind: 'html' },
      { on, kind: 'empty' },
      { on, kind: 'truncated', processed: false },
      { on, kind: 'hang', processed: true },
      { on, kind: 'oversized', bytes: 1000 },
      { on, kind: 'http', status: 502 },
    );
    assert.equal((await socket.call(asked)).retCode, 10019);
    const texts: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      socket.send(asked);
      texts.push(await socket.nextText());
    }
    assert.match(texts[0] ?? '', /^<html>/);
    assert.equal(texts[1], '');
    assert.throws(() => JSON.parse(texts[2] ?? '') as unknown, SyntaxError);
    assert.equal(exchange.books.get(orderId).cancelRequests.length, 0);
    socket.send(asked);
    const big = await socket.call(asked);
    assert.ok(JSON.stringify(big).length > 1000);
    assert.equal(exchange.books.get(orderId).cancelRequests.length, 1);
    socket.send(asked);
    await socket.closed();
    assert.deepEqual(exchange.requests.at(-1)?.fault, 'http');
  });
});
