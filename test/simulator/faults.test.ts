import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { ask, cancel, nextChange, realtime } from '../support/plain-client';
import {
  EVERY_FAULT,
  startExchange,
  type Exchange,
  type Fault,
  type ReceivedRequest,
  type ScriptedFault,
} from '../../simulator/exchange';
import { TRANSIENT_CODES, UNLISTED_CODES } from '../../simulator/faults/fault-kinds';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;

describe('the faults of the simulated exchange', () => {
  let exchange: Exchange;
  let orderId: string;
  const send = (more = {}) => cancel(exchange, { ...LINEAR, orderId }, more);
  const accepted = () => exchange.books.get(orderId).cancelRequests.length;
  const script = (...faults: ScriptedFault[]) => exchange.faults.add(...faults);

  beforeEach(async () => {
    exchange = await startExchange({ limits: { other: 1000 } });
    ({ orderId } = exchange.books.place(LINEAR));
  });
  afterEach(() => exchange.close());

  it('answer with any code, processed or not', async () => {
    script(
      { kind: 'retCode', retCode: 10000, retMsg: 'Server Timeout' },
      { kind: 'retCode', retCode: 10016, processed: true },
      { kind: 'retCode', retCode: 10006, resetAt: 5 },
    );
    const first = await send();
    assert.deepEqual([first.json.retCode, first.json.retMsg], [10000, 'Server Timeout']);
    assert.equal(accepted(), 0);
    assert.equal((await send()).json.retCode, 10016);
    assert.equal(accepted(), 1);
    assert.equal((await send()).headers['x-bapi-limit-reset-timestamp'], '5');
    assert.deepEqual(
      exchange.requests.map(({ retCode, fault, processed }) => [retCode, fault, processed]),
      [
        [10000, 'retCode', undefined],
        [10016, 'retCode', true],
        [10006, 'retCode', undefined],
      ],
    );
  });

  it('reset the connection before or after processing', async () => {
    script({ kind: 'reset', when: 'before' }, { kind: 'reset', when: 'after' });
    await assert.rejects(send(), { code: 'ECONNRESET' });
    assert.equal(accepted(), 0);
    await assert.rejects(send(), { code: 'ECONNRESET' });
    assert.equal(accepted(), 1);
    assert.equal(exchange.requests[0]?.retCode, undefined);
  });

  it('reset the connection at once, and process the request later', async () => {
    script({ kind: 'straggler', ms: 20 });
    await assert.rejects(send(), { code: 'ECONNRESET' });
    assert.equal(accepted(), 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(accepted(), 1);
  });

  for (const processed of [false, true]) {
    it(`hang, ${processed ? 'processed' : 'unprocessed'}`, async () => {
      script({ kind: 'hang', processed });
      const giveUp = new AbortController();
      const reply = send({ signal: giveUp.signal });
      await once(exchange.events, 'request');
      assert.equal(accepted(), processed ? 1 : 0);
      giveUp.abort();
      await assert.rejects(reply, { name: 'AbortError' });
    });
  }

  it('answer late, processed at once or late, even when nobody waits any more', async () => {
    script({ kind: 'delay', ms: 10 }, { kind: 'delay', ms: 10, processing: 'late' });
    const reply = send();
    await once(exchange.events, 'request');
    assert.equal(accepted(), 1);
    assert.equal((await reply).json.retCode, 0);
    ({ orderId } = exchange.books.place(LINEAR));
    const giveUp = new AbortController();
    const change = nextChange(exchange);
    const late = send({ signal: giveUp.signal });
    await once(exchange.events, 'request');
    assert.equal(accepted(), 0);
    giveUp.abort();
    await assert.rejects(late, { name: 'AbortError' });
    const [order] = await change;
    assert.deepEqual([order.orderId, order.orderStatus], [orderId, 'Cancelled']);
  });

  it('answer with any HTTP status, header and page', async () => {
    exchange.books.cancelDelayMs = 60_000;
    const headers = { 'Retry-After': '7', 'Content-Type': 'application/json' };
    script(
      { kind: 'http', status: 502, processed: true },
      { kind: 'http', status: 403, body: '{"retMsg":"access too frequent"}', headers },
      { kind: 'html' },
      { kind: 'empty' },
      { kind: 'redirect', location: 'http://127.0.0.1:9/' },
      { kind: 'redirect', location: '/', status: 307 },
      { kind: 'redirect', location: '/', status: 303, processed: true },
    );
    const gateway = await send();
    assert.equal(gateway.status, 502);
    assert.match(gateway.text, /^<html>/);
    assert.equal(accepted(), 1);
    const banned = await send();
    assert.deepEqual([banned.status, banned.headers['retry-after']], [403, '7']);
    assert.equal(banned.headers['content-type'], 'application/json');
    const page = await send();
    assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html']);
    const empty = await send();
    assert.deepEqual([empty.status, empty.text], [200, '']);
    const moved = await send();
    assert.deepEqual([moved.status, moved.headers.location], [302, 'http://127.0.0.1:9/']);
    assert.equal((await send()).status, 307);
    assert.equal(accepted(), 1);
    assert.equal((await send()).status, 303);
    assert.equal(accepted(), 2);
    assert.equal(exchange.requests[0]?.status, 502);
  });

  it('break off halfway', async () => {
    script({ kind: 'truncated', processed: true }, { kind: 'truncated' });
    await assert.rejects(send(), { code: 'ECONNRESET' });
    await assert.rejects(send(), { code: 'ECONNRESET' });
    assert.equal(accepted(), 1);
  });

  it('answer at length', async () => {
    script({ kind: 'oversized', bytes: 1_000_000 });
    const { text, json } = await send();
    assert.ok(text.length > 1_000_000);
    assert.equal(json.retCode, 0);
    assert.equal(accepted(), 0);
  });

  it('let an acknowledged cancel lose the race, or never take effect', async () => {
    script({ kind: 'ackOnly' }, { kind: 'lostRace' });
    assert.equal((await send()).json.retCode, 0);
    assert.equal(exchange.books.pendingCancels, 0);
    const change = nextChange(exchange);
    assert.equal((await send()).json.retCode, 0);
    const [order] = await change;
    assert.deepEqual([order.orderStatus, order.closedBy], ['Filled', 'fill']);
  });

  it('are met in order, by the requests that they are meant for, as often as told', async () => {
    script(
      { on: 'order/realtime', kind: 'empty' },
      { on: ({ params }) => params.orderId === 'x', kind: 'http', status: 418 },
      { on: 'order/cancel', kind: 'none' },
      { kind: 'http', status: 500, times: 2 },
      { on: 'market/time', kind: 'http', status: 503, times: Infinity },
    );
    assert.equal((await send()).json.retCode, 0);
    assert.equal((await send()).status, 500);
    assert.equal((await cancel(exchange, { ...LINEAR, orderId: 'x' })).status, 418);
    assert.equal((await realtime(exchange, 'category=spot')).text, '');
    assert.equal((await realtime(exchange, 'category=spot')).status, 500);
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await ask(exchange, { path: '/v5/market/time' })).status, 503);
    }
    assert.equal(exchange.faults.waiting, Infinity);
    exchange.faults.clear();
    assert.equal(exchange.faults.waiting, 0);
    assert.equal((await ask(exchange, { path: '/v5/market/time' })).status, 200);
  });

  it('come by chance, in turn, and the same ones for the same seed', async () => {
    const kinds: Fault[] = [
      { kind: 'http', status: 500 },
      { kind: 'http', status: 501 },
    ];
    const run = async (seed: number): Promise<number[]> => {
      exchange.faults.clear();
      exchange.faults.random({ seed, share: 0.5, kinds, on: 'order/realtime' });
      const statuses: number[] = [];
      for (let count = 0; count < 20; count += 1) {
        statuses.push((await realtime(exchange, 'category=spot')).status);
      }
      return statuses;
    };
    const statuses = await run(7);
    assert.deepEqual(await run(7), statuses);
    assert.notDeepEqual(await run(8), statuses);
    const faults = statuses.filter((status) => status !== 200);
    assert.ok(faults.length > 0 && faults.length < 20);
    assert.ok(faults.every((status, index) => status === 500 + (index % 2)));
    assert.equal((await send()).status, 200);
    exchange.faults.random({ seed: 1, share: 0, lostRaceShare: 1 });
    ({ orderId } = exchange.books.place(LINEAR));
    await send();
    assert.equal(exchange.requests.at(-1)?.fault, 'lostRace');
  });

  it('come by chance in every kind, unless told which, with effect or without', async () => {
    exchange.faults.random({ seed: 1, share: 1 });
    for (const fault of EVERY_FAULT) {
      ({ orderId } = exchange.books.place(LINEAR));
      const reply = send().catch(() => undefined);
      const [request] = (await once(exchange.events, 'request')) as [ReceivedRequest];
      assert.equal(request.fault, fault.kind);
      if (fault.kind !== 'hang') await reply;
      const takesEffect =
        fault.kind === 'reset' ? fault.when === 'after' : 'processed' in fault && fault.processed;
      assert.equal(accepted(), takesEffect ? 1 : 0, JSON.stringify(fault));
    }
  });

  for (const [name, faults] of Object.entries({ UNLISTED_CODES, TRANSIENT_CODES })) {
    it(`have each of ${name} once without effect and once with it`, () => {
      const effects = new Map<number, unknown[]>();
      for (const fault of faults) {
        assert.ok(fault.kind === 'retCode' && EVERY_FAULT.includes(fault));
        const { retCode, processed } = fault;
        effects.set(retCode, [...(effects.get(retCode) ?? []), processed]);
      }
      for (const [retCode, both] of effects)
        assert.deepEqual(both, [undefined, true], `${retCode}`);
    });
  }

  it('can cut every connection', async () => {
    script({ kind: 'hang' });
    const reply = assert.rejects(send(), { code: 'ECONNRESET' });
    await once(exchange.events, 'request');
    exchange.cutConnections();
    await reply;
  });

  it('leave a kept-alive connection usable, where they leave one', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    script({ kind: 'http', status: 500 }, { kind: 'html' }, { kind: 'empty' });
    for (let count = 0; count < 4; count += 1) await send({ agent });
    assert.equal(exchange.connections.http, 1);
    script({ kind: 'reset', when: 'before' });
    await assert.rejects(send({ agent }), { code: 'ECONNRESET' });
    assert.equal((await send({ agent })).status, 200);
    agent.destroy();
  });
});
