/**
 * Everything that matches a scope, over real sockets: exactly the matching orders are closed, and
 * "complete" is only said when nothing is left.
 */
import assert from 'node:assert/strict';
import type { CancelAllOptions, SweepOutcome } from '../../nodes/bybit/account';
import type { Scope, Transport } from '../../nodes/bybit/model';
import type { Exchange, NewOrder, Order } from '../../simulator/exchange';
import { followed, overOrderEntry, received } from '../support/actions';
import { LooseEnds } from '../support/loose-ends';
import { withExchange } from '../support/with-exchange';

const LINEAR = { category: 'linear', symbol: 'BTCUSDT' } as const;
const ENTRIES: Scope = { ...LINEAR, kinds: 'entries' };
const OPTIONS = { which: 'snapshot', dryRun: false, timeout: 15_000 } as const;

describe('everything that matches', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());

  const stageOf = async (transport: Transport = 'http', exchangeOptions = {}) => {
    const stage = loose.keep(await withExchange(exchangeOptions, { transport }));
    const { exchange, account } = stage;
    await followed(exchange, account);
    if (transport === 'websocket') await overOrderEntry(exchange, account);
    const from = exchange.requests.length;
    const place = (wish: Partial<NewOrder> = {}, count = 1): Order[] =>
      Array.from({ length: count }, () => exchange.books.place({ ...LINEAR, ...wish }));
    const sweep = async (scope: Partial<Scope> = {}, more: Partial<CancelAllOptions> = {}) => {
      // What was placed in this very ms is older than the message.
      await new Promise((resolve) => setTimeout(resolve, 5));
      return account.cancelAll({ ...ENTRIES, ...scope }, { ...OPTIONS, ...more });
    };
    const wides = () => received(exchange, 'order/cancel-all').filter(({ index }) => index >= from);
    return { ...stage, place, sweep, wides };
  };
  const isOpen = (order: Order) => order.closedBy === undefined;
  const isAllClosed = (orders: readonly Order[]) =>
    orders.every(({ closedBy }) => closedBy === 'cancel');
  const counts = ({ outcomes }: SweepOutcome) => {
    const all: Record<string, number> = {};
    for (const { outcome } of outcomes) all[outcome] = (all[outcome] ?? 0) + 1;
    return all;
  };
  /** Places an order now and then, as a bot does. @returns ends it */
  const bot = (exchange: Exchange, everyMs: number) => {
    const timer = setInterval(() => {
      exchange.books.place({
        ...LINEAR,
        orderLinkId: `bot-${Date.now()}-${Math.random()}`.slice(0, 36),
        createType: 'CreateByGridBot',
      });
    }, everyMs);
    return () => clearInterval(timer);
  };

  for (const transport of ['http', 'websocket'] as const) {
    describe(`over ${transport}`, () => {
      const kinds: readonly [Scope['kinds'], string[]][] = [
        ['entries', ['plain', 'conditional']],
        ['conditional', ['conditional']],
        ['all', ['plain', 'conditional', 'reduceOnly', 'takeProfit', 'trailing', 'attached']],
      ];
      for (const [asked, hit] of kinds) {
        it(`kinds ${asked}: ${hit.join(', ')}, and nothing else`, async () => {
          const { place, sweep } = await stageOf(transport);
          const orders = {
            plain: place({}, 2),
            conditional: place({ stopOrderType: 'Stop' }, 2),
            reduceOnly: place({ reduceOnly: true }, 2),
            takeProfit: place({ stopOrderType: 'TakeProfit', closeOnTrigger: true }, 2),
            trailing: place({ stopOrderType: 'TrailingStop' }, 2),
            attached: place({ stopOrderType: 'PartialStopLoss', parentOrderLinkId: 'p' }, 2),
          };
          const out = await sweep({ kinds: asked });
          assert.equal(out.complete, true);
          assert.deepEqual(counts(out), { cancelled: 2 * hit.length });
          for (const [name, ofKind] of Object.entries(orders)) {
            if (hit.includes(name)) assert.ok(isAllClosed(ofKind), name);
            else assert.ok(ofKind.every(isOpen), name);
          }
          const left = 12 - 2 * hit.length;
          const told = Object.values(out.spared).reduce((sum, count) => sum + count, 0);
          assert.equal(told, left);
        });
      }

      it('side and own-id prefix narrow together', async () => {
        const { place, sweep } = await stageOf(transport);
        const meant = place({ side: 'Sell', orderLinkId: 'mine-1' });
        const others = [
          ...place({ side: 'Buy', orderLinkId: 'mine-2' }),
          ...place({ side: 'Sell', orderLinkId: 'theirs-1' }),
          ...place({ side: 'Sell' }),
        ];
        const out = await sweep({ side: 'Sell', orderLinkIdPrefix: 'mine-' });
        assert.ok(isAllClosed(meant));
        assert.ok(others.every(isOpen));
        assert.deepEqual(out.spared, { side: 1, prefix: 2 });
      });

      it('a base coin takes the orders of that coin, and no wide request goes out', async () => {
        const { place, sweep, wides } = await stageOf(transport);
        const meant = [...place({ symbol: 'ETHUSDT' }, 12), ...place({ symbol: 'ETHPERP' }, 2)];
        const others = place({}, 12);
        const { category } = LINEAR;
        const out = await sweep({
          category,
          symbol: undefined,
          baseCoin: 'ETH',
          kinds: 'all',
        } as never);
        assert.equal(out.complete, true);
        assert.ok(isAllClosed(meant));
        assert.ok(others.every(isOpen));
        assert.equal(wides().length, 0);
      });

      it('a settle coin, with the pages of a long list', async () => {
        const { place, sweep } = await stageOf(transport, { limits: { other: 200, batch: 200 } });
        const meant = [...place({}, 70), ...place({ symbol: 'ETHUSDT' }, 60)];
        const others = place({ symbol: 'BTCPERP' }, 5);
        const out = await sweep({ symbol: undefined, settleCoin: 'USDT' } as never);
        assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 130 }]);
        assert.ok(isAllClosed(meant));
        assert.ok(others.every(isOpen));
      });

      it('all of a symbol: one wide request, and no order of another', async () => {
        const { place, sweep, wides } = await stageOf(transport);
        const meant = [...place({}, 20), ...place({ stopOrderType: 'TakeProfit' }, 4)];
        const others = place({ symbol: 'ETHUSDT' }, 3);
        const out = await sweep({ kinds: 'all' });
        assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }]);
        assert.ok(isAllClosed(meant));
        assert.ok(others.every(isOpen));
        assert.deepEqual(
          wides().map(({ params }) => params),
          [{ ...LINEAR }],
        );
      });

      it('every symbol of all settle coins', async () => {
        const { place, sweep, exchange } = await stageOf(transport);
        const meant = ['BTCUSDT', 'ETHUSDT', 'BTCPERP'].flatMap((symbol) => place({ symbol }, 3));
        const spot = exchange.books.place({ category: 'spot', symbol: 'BTCUSDT' });
        const out = await sweep({ symbol: '*' });
        assert.equal(out.complete, true);
        assert.ok(isAllClosed(meant));
        assert.ok(isOpen(spot));
      });
    });
  }

  it('spot: each kind by its own filter, a pair by the one request that reaches it', async () => {
    const { exchange, sweep, wides } = await stageOf();
    const filters = ['Order', 'StopOrder', 'tpslOrder', 'OcoOrder'] as const;
    const orders = filters.flatMap((orderFilter) =>
      Array.from({ length: orderFilter === 'Order' ? 12 : 2 }, () =>
        exchange.books.place({ category: 'spot', symbol: 'BTCUSDT', orderFilter }),
      ),
    );
    const out = await sweep({ category: 'spot', kinds: 'all' });
    assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 18 }]);
    assert.ok(isAllClosed(orders));
    assert.deepEqual(
      wides()
        .map(({ params }) => params.orderFilter)
        .sort(),
      ['OcoOrder', 'Order'],
    );
  });

  it('spot entries: a pair is protection, and stays', async () => {
    const { exchange, sweep } = await stageOf();
    const pair = exchange.books.place({
      category: 'spot',
      symbol: 'BTCUSDT',
      orderFilter: 'OcoOrder',
    });
    const out = await sweep({ category: 'spot' });
    assert.deepEqual([out.complete, out.spared, isOpen(pair)], [true, { protection: 1 }, true]);
  });

  it('nothing that matches: two complete listings, and no cancel', async () => {
    const { exchange, place, sweep } = await stageOf();
    const [order] = place({ side: 'Buy' });
    const out = await sweep({ side: 'Sell' });
    assert.deepEqual([out.complete, out.outcomes], [true, []]);
    assert.equal(received(exchange, 'order/realtime').length, 2);
    assert.ok(isOpen(order!));
  });

  it('a symbol with another base coin matches nothing', async () => {
    const { place, sweep } = await stageOf();
    const orders = place({}, 3);
    const out = await sweep({ baseCoin: 'ETH', kinds: 'all' });
    assert.deepEqual([out.complete, out.outcomes.length], [true, 0]);
    assert.ok(orders.every(isOpen));
  });

  it('placed before a time: newer ones stay, and are told', async () => {
    const { place, sweep } = await stageOf();
    const old = place({}, 3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const placedBefore = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const newer = place({}, 2);
    const out = await sweep({ placedBefore, kinds: 'all' });
    assert.ok(isAllClosed(old));
    assert.ok(newer.every(isOpen));
    assert.deepEqual([out.complete, out.spared], [true, { newer: 2 }]);
  });

  it('more than allowed: nothing is sent', async () => {
    const { exchange, place, sweep } = await stageOf();
    const orders = place({}, 6);
    const out = await sweep({}, { atMost: 5 });
    assert.deepEqual([out.tooMany, out.complete], [6, false]);
    assert.ok(orders.every(isOpen));
    assert.ok(exchange.requests.every(({ operation }) => !operation.includes('cancel')));
    assert.deepEqual(counts(await sweep({}, { atMost: 6 })), { cancelled: 6 });
  });

  it('a dry run sends no cancel, and names what it would cancel', async () => {
    const { exchange, place, sweep } = await stageOf();
    const orders = place({}, 3);
    place({ reduceOnly: true });
    const out = await sweep({}, { dryRun: true });
    assert.deepEqual(
      out.wouldCancel.map(({ orderId }) => orderId).sort(),
      orders.map(({ orderId }) => orderId).sort(),
    );
    assert.deepEqual(out.spared, { protection: 1 });
    assert.ok(exchange.requests.every(({ operation }) => !operation.includes('cancel')));
  });

  it('a bot places meanwhile: a snapshot ends, spares its orders and names them', async () => {
    const { exchange, place, sweep } = await stageOf();
    const orders = place({}, 30);
    const end = bot(exchange, 50);
    const out = await sweep();
    end();
    assert.ok(isAllClosed(orders));
    assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 30 }]);
    const bots = exchange.books.all().filter(({ orderLinkId }) => orderLinkId.startsWith('bot-'));
    assert.ok(bots.length > 0 && bots.every(isOpen));
    assert.ok((out.spared.newer ?? 0) > 0);
    assert.ok(out.appeared.length > 0);
    for (const { createType } of out.appeared) assert.equal(createType, 'CreateByGridBot');
  });

  it('until empty: what is placed meanwhile goes too, until the bot stops', async () => {
    const { exchange, place, sweep } = await stageOf();
    place({}, 5);
    const end = bot(exchange, 150);
    setTimeout(end, 1500);
    const out = await sweep({}, { which: 'until-empty' });
    end();
    assert.equal(out.complete, true);
    assert.ok(isAllClosed(exchange.books.all()));
    assert.ok(out.appeared.length >= 5);
  });

  it('until empty, and the bot never stops: not complete, and hardly an old order left', async () => {
    const { exchange, sweep } = await stageOf();
    const end = bot(exchange, 200);
    const out = await sweep({}, { which: 'until-empty', timeout: 4000 });
    const now = Date.now();
    end();
    const open = exchange.books.all().filter(isOpen);
    assert.deepEqual([out.complete, out.allListed], [false, false]);
    assert.ok(open.every(({ createdTime }) => now - createdTime < 1500));
  });

  it('acknowledged and never closed: unconfirmed, each by name', async () => {
    const { exchange, place, sweep } = await stageOf();
    const orders = place({}, 14);
    for (const { orderId } of orders) exchange.books.hide(orderId);
    const out = await sweep({ kinds: 'all' }, { timeout: 2500 });
    assert.deepEqual(counts(out), { unconfirmed: 14 });
    assert.equal(out.complete, false);
  });

  it('a wide request that is lost, before and after its effect', async () => {
    for (const when of ['before', 'after'] as const) {
      const { exchange, place, sweep } = await stageOf();
      const orders = place({}, 24);
      exchange.faults.add({ kind: 'reset', when, on: 'order/cancel-all' });
      const out = await sweep({ kinds: 'all' });
      assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }], when);
      assert.ok(isAllClosed(orders));
    }
  });

  it('a wide request that is refused: each goes its own way', async () => {
    const { exchange, place, sweep } = await stageOf();
    const orders = place({}, 24);
    exchange.faults.add({ kind: 'retCode', retCode: 10005, on: 'order/cancel-all' });
    const out = await sweep({ kinds: 'all' });
    assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }]);
    assert.ok(isAllClosed(orders));
  });

  it('without the order stream: proved by look-ups', async () => {
    const stage = loose.keep(await withExchange());
    const { exchange, account } = stage;
    const orders = Array.from({ length: 24 }, () => exchange.books.place(LINEAR));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const out = await account.cancelAll({ ...ENTRIES, kinds: 'all' }, OPTIONS);
    assert.deepEqual([out.complete, counts(out)], [true, { cancelled: 24 }]);
    assert.ok(isAllClosed(orders));
  });

  it('a listing that fails is tried again; one that never comes: nothing is sent', async () => {
    const { exchange, place, sweep } = await stageOf();
    const orders = place({}, 3);
    exchange.faults.add({ kind: 'html', on: 'order/realtime', times: 4 });
    assert.deepEqual(counts(await sweep()), { cancelled: 3 });
    assert.ok(isAllClosed(orders));
    const left = place({}, 2);
    exchange.faults.add({ kind: 'http', status: 502, on: 'order/realtime', times: Infinity });
    const out = await sweep({}, { timeout: 1500 });
    assert.deepEqual([out.outcomes, out.complete], [[], false]);
    assert.ok(out.unlisted);
    assert.ok(left.every(isOpen));
  });

  it('a row that lacks what is relied on: no listing', async () => {
    for (const lacking of ['orderStatus', 'createdTime']) {
      const { exchange, place, sweep } = await stageOf();
      const orders = place({}, 2);
      exchange.faults.add({ kind: 'malformed', lacking, on: 'order/realtime', times: Infinity });
      const out = await sweep({}, { timeout: 1200 });
      assert.ok(out.unlisted, lacking);
      assert.ok(orders.every(isOpen));
    }
  });

  it('a cursor that is told encoded, and lists that end with a full page', async () => {
    const { exchange, place, sweep } = await stageOf('http', {
      limits: { other: 300, batch: 300 },
    });
    exchange.behaviour.cursors = 'encoded';
    const orders = place({}, 100);
    assert.deepEqual(counts(await sweep()), { cancelled: 100 });
    assert.ok(isAllClosed(orders));
  });

  it('the node closes in the middle: what was sent for is told, nothing new is sent', async () => {
    const { exchange, account, place } = await stageOf('http', { limits: { other: 2, batch: 2 } });
    place({}, 20);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const node = new AbortController();
    const running = account.cancelAll(ENTRIES, { ...OPTIONS, signal: node.signal });
    await new Promise((resolve) => setTimeout(resolve, 400));
    node.abort();
    const out = await running;
    assert.equal(out.complete, false);
    assert.equal(out.outcomes.length, 20);
    for (const { outcome, orderId = '' } of out.outcomes) {
      if (outcome === 'cancelled') assert.equal(exchange.books.get(orderId).closedBy, 'cancel');
    }
  });
});
