/** Cancels over the WebSocket order entry: same outcomes, same truth, and never waited for. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createOrderEntry, type EntryHandlers } from '../../../nodes/bybit/sending/order-entry';
import type { CancelRequest, Outcome } from '../../../nodes/bybit/model';
import { DEMO_KEY, type Exchange, type Fault } from '../../../simulator/exchange';
import { deserted, followed, happens, overHttp, placed, received } from '../../support/actions';
import { FakeTime } from '../../support/fake-time';
import { LooseEnds } from '../../support/loose-ends';
import { QuickTime } from '../../support/quick-time';
import { withExchange, type Stage } from '../../support/with-exchange';

const OVER_SOCKET = { transport: 'websocket' } as const;

interface Sent {
  readonly reqId: string;
  /** of a batch: its orders */
  readonly args: readonly [{ readonly request?: readonly object[] }];
}

describe('the order entry', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());

  const stageOf = async (...[exchange, account, time]: Parameters<typeof withExchange>) =>
    loose.keep(await withExchange(exchange, { ...OVER_SOCKET, ...account }, time));
  const loggedIn = async (exchange: Exchange, count = 1): Promise<void> => {
    const logins = () => received(exchange, 'ws:auth').filter(({ path }) => path === '/v5/trade');
    await happens(exchange, () => logins().filter(({ retCode }) => retCode === 0).length >= count);
    // The reply is on its way to us.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const cancel = (
    { account }: Stage,
    request: CancelRequest,
    { confirm = true, timeout = 4900 } = {},
  ): Promise<Outcome> => account.cancel(request, { confirm, timeout });
  const ready = async (...options: Parameters<typeof stageOf>): Promise<Stage> => {
    const stage = await stageOf(...options);
    await loggedIn(stage.exchange);
    return stage;
  };

  it('sends the same fields, signs the login alone, and asks nothing over HTTP', async () => {
    // After the reply, which has the rate limit.
    const stage = await ready({ eventDelayMs: 50 });
    const { exchange } = stage;
    await followed(exchange, stage.account);
    const outcome = await cancel(stage, placed(exchange));
    assert.deepEqual(
      [outcome.outcome, outcome.transport, outcome.confirmedBy],
      ['cancelled', 'websocket', 'stream'],
    );
    assert.equal(outcome.rateLimit?.limit, 10);
    assert.deepEqual(overHttp(exchange), []);
    const sent = JSON.parse(received(exchange, 'ws:order.cancel')[0]!.rawBody.toString()) as {
      reqId: string;
      header: Record<string, string>;
      args: object[];
    };
    assert.ok(sent.reqId.length <= 36);
    assert.deepEqual(Object.keys(sent.header), ['X-BAPI-TIMESTAMP', 'X-BAPI-RECV-WINDOW']);
    assert.deepEqual(Object.keys(sent.args[0] ?? {}), ['category', 'symbol', 'orderId']);
    const login = received(exchange, 'ws:auth').find(({ path }) => path === '/v5/trade');
    const { args } = JSON.parse(login!.rawBody.toString()) as { args: [string, number, string] };
    const expected = createHmac('sha256', DEMO_KEY.secret).update(`GET/realtime${args[1]}`);
    assert.equal(args[2], expected.digest('hex'));
  });

  it('is opened with the account, once, and every request has an id of its own', async () => {
    const stage = await ready({ limits: { other: 100 } });
    const { exchange } = stage;
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => cancel(stage, placed(exchange), { confirm: false })),
    );
    assert.ok(outcomes.every(({ outcome }) => outcome === 'accepted'));
    assert.ok(outcomes.every(({ transport }) => transport === 'websocket'));
    assert.equal(exchange.connections.trade, 1);
    const sent = ['ws:order.cancel', 'ws:order.cancel-batch'].flatMap((operation) =>
      received(exchange, operation).map(({ rawBody }) => JSON.parse(rawBody.toString()) as Sent),
    );
    assert.equal(new Set(sent.map(({ reqId }) => reqId)).size, sent.length);
    const orders = sent.map(({ args: [{ request }] }) => request?.length ?? 1);
    assert.equal(
      orders.reduce((sum, count) => sum + count),
      50,
    );
  });

  it('not yet authenticated: the cancel goes over HTTP without waiting, and says so', async () => {
    const stage = await stageOf();
    const outcome = await cancel(stage, placed(stage.exchange), { confirm: false });
    assert.deepEqual([outcome.outcome, outcome.transport], ['accepted', 'http']);
  });

  it('the key is refused: told once in words, and cancels go over HTTP', async () => {
    const time = new QuickTime();
    const stage = await stageOf({}, {}, time);
    const { exchange, warnings } = stage;
    exchange.faults.refuseAuth(1);
    await happens(exchange, () => exchange.connections.trade > 0);
    await happens(exchange, () => received(exchange, 'market/time').length > 0);
    const outcome = await cancel(stage, placed(exchange), { confirm: false });
    assert.deepEqual([outcome.outcome, outcome.transport], ['accepted', 'http']);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /order entry .*sent over HTTP meanwhile/);
  });

  it('order gone: the records tell, as over HTTP', async () => {
    const stage = await ready();
    const request = placed(stage.exchange);
    stage.exchange.books.fill(request.orderId);
    const outcome = await cancel(stage, request);
    assert.deepEqual([outcome.outcome, outcome.transport], ['filled', 'websocket']);
  });

  const ambiguous: [string, Fault][] = [
    ['the line breaks before the request is processed', { kind: 'reset', when: 'before' }],
    ['the line breaks after the request was processed', { kind: 'reset', when: 'after' }],
    ['no reply, though it took effect', { kind: 'hang', processed: true }],
    ['no reply, and no effect', { kind: 'hang', processed: false }],
    ['10000 after it took effect', { kind: 'retCode', retCode: 10000, processed: true }],
    ['10016, service restarting', { kind: 'retCode', retCode: 10016 }],
    ['a reply that is cut off', { kind: 'truncated', processed: true }],
  ];
  for (const [what, fault] of ambiguous) {
    it(`${what}: the order is found cancelled in the end`, async () => {
      const stage = await ready();
      const request = placed(stage.exchange);
      stage.exchange.faults.add({ ...fault, on: 'ws:order.cancel' });
      const outcome = await cancel(stage, request);
      assert.equal(outcome.outcome, 'cancelled');
      assert.equal(stage.exchange.books.get(request.orderId).closedBy, 'cancel');
    });
  }

  it('10019: the old line brings its last replies, the next requests take a new one', async () => {
    const time = new QuickTime();
    const stage = await ready({}, {}, time);
    const { exchange } = stage;
    exchange.faults.add({ kind: 'retCode', retCode: 10019, on: 'ws:order.cancel' });
    const first = await cancel(stage, placed(exchange), { confirm: false });
    assert.equal(first.outcome, 'accepted');
    assert.equal(first.attempts, 2);
    await loggedIn(exchange, 2);
    const second = await cancel(stage, placed(exchange), { confirm: false });
    assert.deepEqual([second.outcome, second.transport], ['accepted', 'websocket']);
    await happens(exchange, () => exchange.connections.trade === 1);
  });

  it('a clock that is off: measured and sent anew', async () => {
    const stage = await ready({ clockSkewMs: 8000 });
    const outcome = await cancel(stage, placed(stage.exchange));
    assert.deepEqual([outcome.outcome, outcome.attempts], ['cancelled', 2]);
  });

  it('closing ends the line and every timer, also just after 10019', async () => {
    const time = new QuickTime();
    const stage = await ready({}, {}, time);
    const { exchange } = stage;
    exchange.faults.add({ kind: 'retCode', retCode: 10019, on: 'ws:order.cancel' });
    await cancel(stage, placed(exchange), { confirm: false });
    await stage.account.close();
    await deserted(exchange);
    assert.equal(time.pending, 0);
  });

  it('given up twice in a row: one line is left, and closing ends it', async () => {
    const time = new FakeTime();
    const lines: { handlers: EntryHandlers; open: boolean }[] = [];
    const entry = createOrderEntry({
      open(handlers) {
        const line = { handlers, open: true };
        lines.push(line);
        return { send: () => true, wake: () => undefined, close: () => (line.open = false) };
      },
      recvWindow: 5000,
      limitMs: 100,
      exchangeNow: time.wall,
      time,
      clean: (text) => text,
    });
    const signal = new AbortController().signal;
    for (let i = 0; i < 2; i += 1) {
      // The line comes back by itself before the new one is opened.
      lines[0]?.handlers.onReady();
      void entry.send('order.cancel', {}, signal);
      await time.advance(100);
    }
    await time.advance(10_000);
    assert.equal(lines.filter(({ open }) => open).length, 1);
    entry.close();
    assert.equal(lines.filter(({ open }) => open).length, 0);
    assert.equal(time.pending, 0);
  });

  it('waits for each reply as long as for every other, with one timer for all', async () => {
    const time = new FakeTime();
    const lines: EntryHandlers[] = [];
    const sent: { reqId: string }[] = [];
    const entry = createOrderEntry({
      open(handlers) {
        lines.push(handlers);
        return {
          send: (message) => sent.push(message as { reqId: string }) > 0,
          wake: () => undefined,
          close: () => true,
        };
      },
      recvWindow: 5000,
      limitMs: 100,
      exchangeNow: time.wall,
      time,
      clean: (text) => text,
    });
    lines[0]?.onReady();
    const signal = new AbortController().signal;
    const ended: string[] = [];
    const cancel = (name: string) =>
      void entry
        .send('order.cancel', {}, signal)
        ?.then(({ wire }) => ended.push(`${name}: ${wire.kind}`));
    cancel('answered');
    await time.advance(10);
    lines[0]?.onMessage({ reqId: sent[0]?.reqId, retCode: 0, retMsg: 'OK' });
    await time.advance(30);
    cancel('late');
    await time.advance(20);
    cancel('later');
    await time.advance(79);
    assert.deepEqual(ended, ['answered: reply']);
    await time.advance(1);
    assert.deepEqual(ended, ['answered: reply', 'late: failure']);
    await time.advance(19);
    assert.equal(ended.length, 2);
    await time.advance(1);
    assert.deepEqual(ended.slice(2), ['later: failure']);
    entry.close();
    assert.equal(time.pending, 0);
  });

  it('reconnects after it was cut, and is used again', async () => {
    const stage = await ready();
    const { exchange } = stage;
    exchange.cutStreams();
    await loggedIn(exchange, 2);
    const outcome = await cancel(stage, placed(exchange), { confirm: false });
    assert.equal(outcome.transport, 'websocket');
  });
});
