/** What the order stream tells, over real sockets: at its best, and out of order. */
import assert from 'node:assert/strict';
import type { Account } from '../../../nodes/bybit/account';
import type { CancelRequest, Outcome } from '../../../nodes/bybit/model';
import type { NewOrder } from '../../../simulator/exchange';
import {
  deserted,
  followed,
  happens,
  overHttp,
  placed,
  received,
  subscribed,
} from '../../support/actions';
import { LooseEnds } from '../../support/loose-ends';
import { QuickTime } from '../../support/quick-time';
import { withExchange, type Stage } from '../../support/with-exchange';

const TIMEOUT = 5000;
const KEYS = ['one', 'two'].map((apiKey) => ({
  apiKey,
  secret: `secret of ${apiKey}`,
  uid: apiKey,
}));

describe('a refused subscription', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());

  it('is warned of once, tried again, and confirms when it is granted', async () => {
    const stage = loose.keep(await withExchange({}, {}, new QuickTime()));
    const { exchange, account, warnings } = stage;
    exchange.faults.refuseSubscribe(3);
    const release = account.follow({ confirm: true });
    await subscribed(exchange);
    assert.equal(received(exchange, 'ws:subscribe').length, 4);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /refused the subscription.*look-ups/);
    assert.equal(received(exchange, 'ws:auth').length, 1);
    release();
  });

  it('leaves no timer when the account closes', async () => {
    const time = new QuickTime();
    const { exchange, account } = loose.keep(await withExchange({}, {}, time));
    exchange.faults.refuseSubscribe(1);
    account.follow({ confirm: true });
    await happens(exchange, () => received(exchange, 'ws:subscribe').length > 0);
    await account.close();
    assert.equal(time.pending, 0);
  });
});

describe('the order stream', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());

  const stageOf = async (options: Parameters<typeof withExchange>[0] = {}): Promise<Stage> => {
    const stage = loose.keep(await withExchange(options));
    await followed(stage.exchange, stage.account);
    return stage;
  };
  const cancel = (account: Account, request: CancelRequest, timeout = TIMEOUT): Promise<Outcome> =>
    account.cancel(request, { confirm: true, timeout });
  const told = ({ outcome, confirmedBy }: Outcome) => `${outcome} by ${String(confirmedBy)}`;

  describe('in the steady case', () => {
    it('confirms, and no look-up is made', async () => {
      const { exchange, account } = await stageOf();
      const outcome = await cancel(account, placed(exchange));
      assert.equal(told(outcome), 'cancelled by stream');
      assert.equal(outcome.order?.orderStatus, 'Cancelled');
      assert.deepEqual(overHttp(exchange), ['order/cancel']);
    });

    for (const category of ['linear', 'inverse', 'spot', 'option'] as const) {
      it(`follows an order by its own id (${category})`, async () => {
        const { exchange, account } = await stageOf();
        const symbols = { linear: 'ETHUSDT', inverse: 'BTCUSD', spot: 'BTCUSDT' };
        const symbol = category === 'option' ? 'BTC-27DEC30-100000-C' : symbols[category];
        const order = exchange.books.place({ category, symbol, orderLinkId: 'mine' });
        const outcome = await cancel(account, { category, symbol, orderLinkId: 'mine' });
        assert.equal(told(outcome), 'cancelled by stream');
        assert.deepEqual([outcome.orderId, outcome.orderLinkId], [order.orderId, 'mine']);
        assert.deepEqual(overHttp(exchange), ['order/cancel']);
      });
    }

    it('is one socket for all orders of an account, and one for each account', async () => {
      const stage = loose.keep(await withExchange({ keys: KEYS }));
      const { exchange } = stage;
      const outcomes: Promise<Outcome>[] = [];
      for (const { apiKey, secret, uid } of KEYS) {
        const account = stage.open({ apiKey, apiSecret: secret });
        await followed(exchange, account);
        account.follow({ confirm: true });
        for (let i = 0; i < 8; i += 1) outcomes.push(cancel(account, placed(exchange, { uid })));
      }
      assert.deepEqual(
        new Set((await Promise.all(outcomes)).map(told)),
        new Set(['cancelled by stream']),
      );
      assert.equal(exchange.connections.private, 2);
      assert.equal(received(exchange, 'ws:auth').length, 2);
      assert.equal(overHttp(exchange).length, 16);
    });

    it('is open as long as somebody follows it, and opened again for the next', async () => {
      const { exchange, account } = loose.keep(await withExchange());
      assert.equal(exchange.connections.private, 0);
      const first = await followed(exchange, account);
      const second = account.follow({ confirm: true });
      first();
      first();
      assert.equal(told(await cancel(account, placed(exchange))), 'cancelled by stream');
      second();
      await happens(exchange, () => exchange.connections.private === 0);
      assert.equal(told(await cancel(account, placed(exchange))), 'cancelled by query');
      await followed(exchange, account);
      assert.equal(told(await cancel(account, placed(exchange))), 'cancelled by stream');
      await account.close();
      await deserted(exchange);
    });
  });

  describe('out of order', () => {
    it('drops an event: a look-up confirms', async () => {
      const { exchange, account } = await stageOf();
      const request = placed(exchange);
      exchange.faults.dropEvents();
      assert.equal(told(await cancel(account, request)), 'cancelled by query');
      assert.ok(received(exchange, 'order/realtime').length > 0);
    });

    it('doubles and reorders events: each order still gets its own outcome', async () => {
      const { exchange, account } = await stageOf();
      exchange.faults.stream = { double: 1, reorder: 0.5 };
      exchange.faults.add({ kind: 'lostRace', on: 'order/cancel' });
      const requests = Array.from({ length: 8 }, () => placed(exchange));
      const outcomes = await Promise.all(requests.map((request) => cancel(account, request)));
      for (const [i, { outcome, orderId }] of outcomes.entries()) {
        assert.equal(orderId, requests[i]?.orderId);
        const { closedBy } = exchange.books.get(orderId ?? '');
        assert.equal(outcome, closedBy === 'fill' ? 'filled' : 'cancelled');
      }
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'filled').length, 1);
    });

    it('tells late what a look-up has told before: nothing comes of it', async () => {
      const { exchange, account, warnings } = await stageOf();
      exchange.eventDelayMs = 1500;
      assert.equal(told(await cancel(account, placed(exchange))), 'cancelled by query');
      exchange.eventDelayMs = 0;
      while (exchange.pendingTimers > 0) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(told(await cancel(account, placed(exchange))), 'cancelled by stream');
      assert.deepEqual(warnings, []);
    });

    it('tells of other orders: they settle nothing', async () => {
      const { exchange, account } = await stageOf({ cancelDelayMs: 100 });
      const [other, another] = [placed(exchange), placed(exchange)];
      const outcome = cancel(account, placed(exchange));
      await happens(exchange, () => exchange.books.pendingCancels > 0);
      exchange.books.fill(other.orderId);
      exchange.books.cancel(another.orderId);
      assert.equal(told(await outcome), 'cancelled by stream');
      assert.deepEqual(overHttp(exchange), ['order/cancel']);
    });

    it('tells of an older order with the same own id: it settles nothing', async () => {
      const { exchange, account } = await stageOf({ cancelDelayMs: 100 });
      const wish = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'again' } as const;
      const older = exchange.books.place(wish);
      const newer = exchange.books.place(wish);
      const outcome = cancel(account, wish);
      await happens(exchange, () => exchange.books.pendingCancels > 0);
      exchange.books.fill(older.orderId);
      assert.equal(told(await outcome), 'cancelled by stream');
      assert.equal((await outcome).orderId, newer.orderId);
    });

    it('tells of both before the reply says which it is: the right one settles it', async () => {
      const { exchange, account } = await stageOf();
      exchange.faults.add({ kind: 'delay', ms: 300, on: 'order/cancel' });
      const wish = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'again' } as const;
      const older = exchange.books.place(wish);
      const newer = exchange.books.place(wish);
      const outcome = cancel(account, wish);
      await happens(exchange, () => received(exchange, 'order/cancel').length > 0);
      exchange.books.fill(older.orderId);
      assert.equal(told(await outcome), 'cancelled by stream');
      assert.equal((await outcome).orderId, newer.orderId);
      assert.deepEqual(overHttp(exchange), ['order/cancel']);
    });

    it('tells of the end before the reply does: settled at once', async () => {
      const { exchange, account } = await stageOf();
      exchange.faults.add({ kind: 'delay', ms: 1000, on: 'order/cancel' });
      const outcome = await cancel(account, placed(exchange));
      assert.equal(told(outcome), 'cancelled by stream');
      assert.equal(outcome.timing.ackMs, undefined);
    });
  });

  describe('tells the truth when the market was quicker', () => {
    const QTY = '0.250';
    const place = (stage: Stage, wish: Partial<NewOrder> = {}) =>
      placed(stage.exchange, { qty: QTY, ...wish });

    it('filled between acknowledgement and effect: filled, with how much', async () => {
      const stage = await stageOf();
      stage.exchange.faults.add({ kind: 'lostRace', on: 'order/cancel' });
      const outcome = await cancel(stage.account, place(stage));
      assert.equal(told(outcome), 'filled by stream');
      assert.equal(outcome.order?.cumExecQty, QTY);
    });

    it('filled in part before: cancelled, with how much was executed', async () => {
      const stage = await stageOf();
      const request = place(stage);
      stage.exchange.books.fill(request.orderId, '0.100');
      const outcome = await cancel(stage.account, request);
      assert.equal(told(outcome), 'cancelled by stream');
      assert.equal(outcome.order?.cumExecQty, '0.100');
      assert.match(outcome.message, /0\.100 had been executed/);
    });

    it('filled in part while it waits (spot): cancelled, with how much was executed', async () => {
      const stage = await stageOf({ cancelDelayMs: 50 });
      const request = place(stage, { category: 'spot' });
      const outcome = cancel(stage.account, request);
      await happens(stage.exchange, () => stage.exchange.books.pendingCancels > 0);
      stage.exchange.books.fill(request.orderId, '0.2');
      assert.equal(told(await outcome), 'cancelled by stream');
      const { order, message } = await outcome;
      assert.equal(order?.orderStatus, 'PartiallyFilledCanceled');
      assert.match(message, new RegExp(`${String(order.cumExecQty)} had been executed`));
    });
  });
});
