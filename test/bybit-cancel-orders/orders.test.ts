/** Which orders a message means: each item by itself, and what makes it no list at all. */
import assert from 'node:assert/strict';
import { Refusal } from '../../nodes/action/request/refusal';
import { checkOrders } from '../../nodes/bybit-cancel-orders/orders';

const WHOLE = { category: 'linear', symbol: 'BTCUSDT', orderId: 'a' };
const SHARED = { category: 'linear', symbol: 'ETHUSDT' };

const check = (orders: unknown, shared: object = {}) => checkOrders({ orders, ...shared }).items;
const requests = (orders: unknown, shared?: object) =>
  check(orders, shared).map(({ request }) => request);
const refusals = (orders: unknown, shared?: object) =>
  check(orders, shared).map(({ refused }) => refused?.message);

describe('the orders of a list', () => {
  it('are objects with the fields of a single cancel, in their order', () => {
    const item = {
      orderLinkId: 'mine',
      symbol: ' btcusdt ',
      category: 'SPOT',
      orderFilter: 'Order',
    };
    assert.deepEqual(requests([item]), [
      { category: 'spot', symbol: 'BTCUSDT', orderLinkId: 'mine', orderFilter: 'Order' },
    ]);
    assert.equal(
      JSON.stringify(requests([item])[0]),
      '{"category":"spot","symbol":"BTCUSDT","orderLinkId":"mine","orderFilter":"Order"}',
    );
  });

  it('take nothing else along: a report is fit to go in again', () => {
    const item = {
      ...WHOLE,
      outcome: 'unconfirmed',
      message: 'no',
      retryable: true,
      orderStatus: 'New',
    };
    assert.deepEqual(requests([item]), [WHOLE]);
  });

  it('are ids alone, with the category and symbol of the message', () => {
    const expected = ['a', '7'].map((orderId) => ({ ...SHARED, orderId }));
    assert.deepEqual(requests(['a', 7], SHARED), expected);
  });

  it('have their own category and symbol, else those of the message', () => {
    const items = [
      { orderId: 'a' },
      { orderId: 'b', symbol: 'BTCUSDT' },
      { orderId: 'c', category: '' },
    ];
    assert.deepEqual(requests(items, SHARED), [
      { ...SHARED, orderId: 'a' },
      { ...SHARED, symbol: 'BTCUSDT', orderId: 'b' },
      { ...SHARED, orderId: 'c' },
    ]);
  });

  it('may be named as TradingView does', () => {
    const items = [{ symbol: 'BYBIT:BTCUSDC.P', orderId: 'a' }];
    assert.deepEqual(requests(items), [{ category: 'linear', symbol: 'BTCPERP', orderId: 'a' }]);
    assert.match(refusals(items, { category: 'inverse' })[0] ?? '', /linear.*inverse/);
  });

  const wrong: [what: string, item: unknown, why: RegExp][] = [
    ['nothing', null, /missing/],
    ['a hole', undefined, /missing/],
    ['a flag', true, /a boolean/],
    ['a list', [WHOLE], /an array/],
    [
      'no id',
      { category: 'linear', symbol: 'BTCUSDT' },
      /orderId and orderLinkId are both missing/,
    ],
    ['no symbol', { category: 'linear', orderId: 'a' }, /symbol is missing/],
    ['no category', { symbol: 'BTCUSDT', orderId: 'a' }, /category is missing/],
    ['an unknown category', { ...WHOLE, category: 'futures' }, /category/],
    ['a filter outside spot', { ...WHOLE, orderFilter: 'Order' }, /orderFilter/],
    ['an id that lost digits', { ...WHOLE, orderId: Number('1523347543495541249') }, /exact id/],
    [
      'a getter that throws',
      Object.defineProperty({}, 'symbol', {
        get() {
          throw new Error('secret');
        },
      }),
      /can't be read/,
    ],
  ];
  for (const [what, item, why] of wrong) {
    it(`${what}: refused in its own place, and the others go`, () => {
      const items = check([WHOLE, item, WHOLE]);
      assert.deepEqual(
        items.map(({ request }) => request?.orderId),
        ['a', undefined, 'a'],
      );
      assert.equal(items[1]?.refused?.outcome, 'invalid-request');
      assert.match(items[1].refused.message, why);
    });
  }

  it('keeps what could be read of an item that is wrong', () => {
    const [item] = check([{ category: 'linear', orderId: 'a' }]);
    assert.deepEqual(
      { ...item!.refused!, message: '' },
      { category: 'linear', orderId: 'a', outcome: 'invalid-request', message: '' },
    );
  });

  for (const [what, orders] of [
    ['an object', WHOLE],
    ['a text', '[]'],
    ['nothing', undefined],
    ['null', null],
    ['a buffer', Buffer.from('[]')],
    ['1,001 of them', Array.from({ length: 1001 }, () => WHOLE)],
  ] as const) {
    it(`${what} is no list: nothing is sent`, () => {
      assert.throws(
        () => check(orders),
        (error) => error instanceof Refusal && error.code === 'invalid-request',
      );
    });
  }

  it('does not take what is left of an item that was refused for another order', () => {
    const [item] = check([{ ...WHOLE, outcome: 'invalid-request', retryable: false }]);
    assert.equal(item?.refused?.outcome, 'invalid-request');
    const [again] = check([{ ...WHOLE, outcome: 'unconfirmed', retryable: true }]);
    assert.equal(again?.refused, undefined);
  });

  it('may be none, or 1,000', () => {
    assert.deepEqual(check([]), []);
    assert.equal(check(Array.from({ length: 1000 }, () => WHOLE)).length, 1000);
  });
});
