import assert from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { ask, cancel, nextChange, realtime, TestSocket } from '../support/plain-client';
import { startExchange } from '../../simulator/exchange';
import { testCertificate } from '../../simulator/keys';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;

describe('starting and stopping the simulated exchange', () => {
  it('leaves nothing open behind', async () => {
    const exchange = await startExchange();
    const { orderId } = exchange.books.place(LINEAR);
    const stream = await TestSocket.ready(exchange, '/v5/private', ['order']);
    const entry = await TestSocket.ready(exchange, '/v5/trade');
    const agent = new Agent({ keepAlive: true });
    exchange.books.cancelDelayMs = 60_000;
    await cancel(exchange, { ...LINEAR, orderId }, { agent });
    exchange.faults.add({ kind: 'hang' });
    const hanging = assert.rejects(cancel(exchange, { ...LINEAR, orderId }));
    await once(exchange.events, 'request');
    assert.deepEqual(exchange.connections, { http: 2, private: 1, trade: 1 });
    assert.equal(exchange.pendingTimers, 1);
    await exchange.close();
    await hanging;
    await Promise.all([stream.closed(), entry.closed()]);
    assert.deepEqual(exchange.connections, { http: 0, private: 0, trade: 0 });
    assert.equal(exchange.pendingTimers, 0);
    await exchange.close();
    await assert.rejects(realtime(exchange, 'category=spot'), { code: 'ECONNREFUSED' });
    agent.destroy();
  });

  it('speaks TLS with the test certificate', async () => {
    const tls = testCertificate();
    const exchange = await startExchange({ tls });
    const time = async (ca?: string): Promise<number | undefined> => {
      const url = `${exchange.restUrl}/v5/market/time`;
      const sent = request(url, { agent: false, ...(ca === undefined ? {} : { ca }) });
      const [reply] = (await once(sent.end(), 'response')) as [IncomingMessage];
      return reply.resume().statusCode;
    };
    assert.equal(await time(tls.cert), 200);
    await assert.rejects(time(), /self-signed/);
    exchange.faults.add({ kind: 'reset', when: 'before' });
    await assert.rejects(time(tls.cert), { code: 'ECONNRESET' });
    const stream = await TestSocket.ready(exchange, '/v5/private', ['order']);
    exchange.books.place(LINEAR);
    assert.equal((await stream.nextOrder()).orderStatus, 'New');
    await exchange.close();
    assert.deepEqual(exchange.connections, { http: 0, private: 0, trade: 0 });
  });

  it('can be told to place orders when it is the demo', async () => {
    const exchange = await startExchange({ demo: true });
    const place = async (body: object) =>
      (await ask(exchange, { path: '/demo/place', body, headers: { 'X-BAPI-SIGN': undefined } }))
        .json;
    const ids = () => exchange.books.all().map(({ orderId }) => orderId);
    const one = (await place({})).result as { orderId: string };
    assert.deepEqual(ids(), [one.orderId]);
    const { list } = (await place({ count: 25 })).result as { list: { orderId: string }[] };
    assert.deepEqual(
      ids().slice(1),
      list.map(({ orderId }) => orderId),
    );
    assert.equal(list.length, 25);
    for (const count of [0, 1.5, 1001, '25']) assert.equal((await place({ count })).retCode, 10001);
    await place({ count: 2, side: 'Sell', stopOrderType: 'StopLoss' });
    const orders = [{ symbol: 'ETHUSDT', stopOrderType: 'Stop' }, { count: 2 }];
    const { list: several } = (await place({ orders })).result as { list: object[] };
    assert.equal(several.length, 3);
    assert.deepEqual(
      exchange.books
        .all()
        .slice(26)
        .map((order) => [
          order.symbol,
          order.side,
          order.stopOrderType,
          order.reduceOnly,
          order.orderStatus,
        ]),
      [
        ['BTCUSDT', 'Sell', 'StopLoss', true, 'Untriggered'],
        ['BTCUSDT', 'Sell', 'StopLoss', true, 'Untriggered'],
        ['ETHUSDT', 'Buy', 'Stop', false, 'Untriggered'],
        ['BTCUSDT', 'Buy', '', false, 'New'],
        ['BTCUSDT', 'Buy', '', false, 'New'],
      ],
    );
    for (const wrong of [
      { symbol: 'XYZ' },
      { side: 'both' },
      { side: '' },
      { stopOrderType: 'tpslOrder' },
    ])
      assert.equal((await place(wrong)).retCode, 10001);
    for (const wrong of [{}, [{}, { side: 'both' }], ['BTCUSDT']])
      assert.equal((await place({ orders: wrong })).retCode, 10001);
    assert.equal(exchange.books.all().length, 31);
    await exchange.close();
  });

  it('can be told to fill or to hide an order when it is the demo', async () => {
    const exchange = await startExchange({ demo: true });
    const demo = (path: string, orderId: string) =>
      ask(exchange, { path, body: { orderId }, headers: { 'X-BAPI-SIGN': undefined } });
    const filled = exchange.books.place(LINEAR);
    assert.equal((await demo('/demo/fill', filled.orderId)).json.retCode, 0);
    assert.equal(filled.orderStatus, 'Filled');
    assert.equal((await demo('/demo/fill', filled.orderId)).json.retCode, 10001);
    assert.equal((await demo('/demo/hide', 'none')).json.retCode, 10001);
    const hidden = exchange.books.place({ ...LINEAR, orderLinkId: 'mine' });
    const other = exchange.books.place(LINEAR);
    await demo('/demo/hide', hidden.orderId);
    for (const ids of [{ orderId: hidden.orderId }, { orderLinkId: 'mine' }]) {
      assert.equal((await cancel(exchange, { ...LINEAR, ...ids })).json.retCode, 0);
    }
    assert.deepEqual([hidden.cancelRequests.length, exchange.books.pendingCancels], [2, 0]);
    const change = nextChange(exchange);
    await cancel(exchange, { ...LINEAR, orderId: other.orderId });
    assert.equal((await change)[0], other);
    await exchange.close();
  });
});

describe('the simulated exchange as a program', () => {
  const program = join(__dirname, '../../simulator/serve.ts');
  const loader = ['--import', 'tsx'];
  const originOf = async (output: NodeJS.ReadableStream): Promise<string> => {
    const [line] = (await once(output.setEncoding('utf8'), 'data')) as [string];
    const origin = /^simulated exchange at (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line)?.[1];
    assert.ok(origin, line);
    return origin;
  };

  it('says where it is, answers, and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, [...loader, program, '--port', '0']);
    const origin = await originOf(child.stdout);
    const [reply] = (await once(get(`${origin}/v5/market/time`), 'response')) as [IncomingMessage];
    assert.equal(reply.resume().statusCode, 200);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('ends when the program that started it is gone', async () => {
    const child = fork(program, [], { execArgv: loader, silent: true });
    await originOf(child.stdout!);
    child.disconnect();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('says when it can’t start', async () => {
    const child = spawn(process.execPath, [...loader, program, '--port', '99999']);
    const [line] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    assert.match(line, /^the simulated exchange can't start: /);
    assert.deepEqual(await once(child, 'exit'), [1, null]);
  });
});
