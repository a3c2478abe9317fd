/**
 * Spot orders that are no plain orders, cancelled by their id alone: the exchange has no such order
 * under its default filter, and the order's record tells which filter it needs.
 */
import assert from 'node:assert/strict';
import type { CancelRequest, Transport } from '../../nodes/bybit/model';
import type { OrderFilter } from '../../simulator/exchange';
import { overOrderEntry } from '../support/actions';
import { LooseEnds } from '../support/loose-ends';
import { withIdleTime } from '../support/with-exchange';

const ON = { http: 'order/cancel', websocket: 'ws:order.cancel' } as const;

describe('a spot order that needs a filter, cancelled without one', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());
  const options = { confirm: true, timeout: 10_000 };

  const stageOf = async (transport: Transport, cancelFilters?: readonly OrderFilter[]) => {
    const stage = loose.keep(
      await withIdleTime(cancelFilters === undefined ? {} : { cancelFilters }, { transport }),
    );
    if (transport === 'websocket') await overOrderEntry(stage.exchange, stage.account);
    stage.exchange.requests.length = 0;
    const place = (orderFilter: OrderFilter) =>
      stage.exchange.books.place({
        category: 'spot',
        symbol: 'BTCUSDT',
        orderFilter,
        orderLinkId: `mine-${orderFilter}`,
      });
    return { ...stage, place };
  };

  for (const transport of ['http', 'websocket'] as const) {
    for (const orderFilter of ['StopOrder', 'tpslOrder'] as const) {
      for (const by of ['orderId', 'orderLinkId'] as const) {
        it(`${orderFilter} by its ${by} (${transport}): cancelled, with its own filter`, async () => {
          const { exchange, account, place } = await stageOf(transport);
          const order = place(orderFilter);
          const request = { category: 'spot', symbol: 'BTCUSDT', [by]: order[by] } as CancelRequest;
          const outcome = await account.cancel(request, options);
          assert.equal(outcome.outcome, 'cancelled', outcome.message);
          assert.equal(outcome.orderFilter, orderFilter);
          assert.equal(outcome.attempts, 2);
          assert.equal(order.closedBy, 'cancel');
          const ways = exchange.requests.filter(({ operation }) =>
            Object.values<string>(ON).includes(operation),
          );
          assert.equal(ways.length, 2);
        });
      }
    }

    it(`StopOrder (${transport}), answered by a code that proves nothing: cancelled, with its own filter`, async () => {
      const { exchange, account, place } = await stageOf(transport);
      const order = place('StopOrder');
      exchange.faults.add({ kind: 'retCode', retCode: 500000, retMsg: 'no', on: ON[transport] });
      const { orderId } = order;
      const request = { category: 'spot', symbol: 'BTCUSDT', orderId } as const;
      const outcome = await account.cancel(request, options);
      assert.deepEqual([outcome.outcome, outcome.attempts], ['cancelled', 2], outcome.message);
      assert.equal(outcome.orderFilter, 'StopOrder');
      assert.equal(order.closedBy, 'cancel');
    });

    for (const [orderFilter, kind] of [
      ['OcoOrder', /OCO/],
      ['BidirectionalTpslOrder', /bidirectional TP\/SL/],
    ] as const) {
      it(`${orderFilter} (${transport}), refused: rejected, and the message says what it is`, async () => {
        const { account, place } = await stageOf(transport);
        const { orderId, ...order } = place(orderFilter);
        const request = { category: 'spot', symbol: 'BTCUSDT', orderId } as const;
        const outcome = await account.cancel(request, options);
        assert.equal(outcome.outcome, 'rejected', outcome.message);
        assert.match(outcome.message, kind);
        assert.match(outcome.message, /Bybit site .* every order of \w+ with .*until-empty/);
        assert.equal(outcome.attempts, 2);
        assert.equal(order.closedBy, undefined);
      });

      it(`${orderFilter} (${transport}), where the exchange takes its filter: cancelled`, async () => {
        const filters = ['Order', 'tpslOrder', 'StopOrder', orderFilter] as const;
        const { account, place } = await stageOf(transport, filters);
        const { orderId } = place(orderFilter);
        const request = { category: 'spot', symbol: 'BTCUSDT', orderId } as const;
        const outcome = await account.cancel(request, options);
        assert.equal(outcome.outcome, 'cancelled', outcome.message);
        assert.equal(outcome.orderFilter, orderFilter);
      });
    }
  }

  it('the filter given and right: sent once', async () => {
    const { account, place } = await stageOf('http');
    const { orderId } = place('StopOrder');
    const request = { category: 'spot', symbol: 'BTCUSDT', orderId } as const;
    const outcome = await account.cancel({ ...request, orderFilter: 'StopOrder' }, options);
    assert.deepEqual([outcome.outcome, outcome.attempts], ['cancelled', 1]);
    assert.equal(outcome.orderFilter, 'StopOrder');
  });

  it('called gone though its record stays open, and nothing explains it: rejected, with the code', async () => {
    const { exchange, account, place } = await stageOf('http');
    const order = place('Order');
    exchange.faults.add({
      kind: 'retCode',
      retCode: 170213,
      retMsg: 'Order does not exist.',
      on: 'order/cancel',
      times: Infinity,
    });
    const { orderId } = order;
    const outcome = await account.cancel({ category: 'spot', symbol: 'BTCUSDT', orderId }, options);
    assert.equal(outcome.outcome, 'rejected', outcome.message);
    assert.equal(outcome.retCode, 170213);
    assert.equal(outcome.attempts, 3);
    assert.equal(order.closedBy, undefined);
  });
});
