/** Everything that matches, as a flow has it: the report, the outputs and the words. */
import assert from 'node:assert/strict';
import {
  DEMO_KEY,
  type NewOrder,
  type Order,
  type ReceivedRequest,
} from '../../simulator/exchange';
import { startFlow, type Arrival, type FlowOptions, type FlowStage } from './stage';

interface Report {
  readonly outcome: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly orders: readonly Readonly<Record<string, unknown>>[];
  readonly complete?: boolean;
  readonly spared?: object;
  readonly appeared?: readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}

const SCOPE = { category: 'linear', symbol: 'BTCUSDT' };
const payloadOf = ({ payload }: Arrival) => payload as Report;
const bybitOf = ({ bybit }: Arrival) => bybit as unknown as Report;
const errorOf = ({ error }: Arrival) => error as unknown as Report;

describe('bybit-cancel-all in a flow', () => {
  let stage: FlowStage;
  afterEach(() => stage.end());

  const start = (cancel: object = {}, options: FlowOptions = {}) =>
    startFlow({ ...options, cancel: { type: 'bybit-cancel-all', ...cancel } });
  const place = async (count: number, wish: Partial<NewOrder> = {}): Promise<Order[]> => {
    const wished = { category: 'linear', symbol: 'BTCUSDT', ...wish } as const;
    const orders = Array.from({ length: count }, () => stage.exchange.books.place(wished));
    // What was placed in this very ms is older than the message.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return orders;
  };
  const ask = async (payload: unknown, more: object = {}): Promise<Arrival> => {
    const before = stage.arrivals.length;
    stage.send({ payload, ...more });
    const arrivals = await stage.arrived(before + 1);
    return arrivals[before]!;
  };
  const isOpen = ({ closedBy }: Order) => closedBy === undefined;

  it('the entries of a symbol: closed, proved, and the report says what stays', async () => {
    stage = await start();
    const entries = await place(4);
    const [stop] = await place(1, { stopOrderType: 'StopLoss', reduceOnly: true });
    const msg = await ask(SCOPE, { topic: 'kept' });
    assert.deepEqual([msg.output, msg.statusCode, msg.topic], ['one', 200, 'kept']);
    const { outcome, counts, orders } = payloadOf(msg);
    assert.deepEqual([outcome, counts, orders.length], ['cancelled', { cancelled: 4 }, 4]);
    assert.deepEqual(Object.keys(payloadOf(msg)), ['outcome', 'counts', 'orders']);
    const { complete, spared, appeared, requests } = bybitOf(msg);
    assert.deepEqual([complete, spared, appeared], [true, { protection: 1 }, []]);
    assert.ok(Number(requests) > 0);
    assert.ok(entries.every(({ closedBy }) => closedBy === 'cancel'));
    assert.ok(isOpen(stop!));
  });

  it('nothing that matches: nothing-to-cancel', async () => {
    stage = await start();
    const msg = await ask(SCOPE);
    assert.deepEqual([msg.output, msg.statusCode], ['one', 200]);
    assert.deepEqual(msg.payload, { outcome: 'nothing-to-cancel', counts: {}, orders: [] });
    assert.equal(bybitOf(msg).complete, true);
  });

  it('a dry run: what would be cancelled, and nothing is', async () => {
    stage = await start({ dryRun: true, kinds: 'all' });
    const orders = [...(await place(2)), ...(await place(1, { stopOrderType: 'TakeProfit' }))];
    const msg = await ask(SCOPE);
    assert.deepEqual([msg.output, msg.statusCode, payloadOf(msg).outcome], ['one', 200, 'listed']);
    assert.deepEqual(payloadOf(msg).counts, { listed: 3 });
    const [first] = payloadOf(msg).orders;
    const { orderId, side, price, qty } = orders[2]!;
    const { category, symbol } = SCOPE;
    assert.deepEqual(
      { ...first, cumExecQty: undefined, avgPrice: undefined },
      {
        ...{ outcome: 'listed', category, symbol, orderId, orderStatus: 'Untriggered' },
        ...{ cumExecQty: undefined, avgPrice: undefined },
        ...{ side, price, qty, kind: 'protection' },
      },
    );
    assert.deepEqual(bybitOf(msg).orders, payloadOf(msg).orders);
    assert.ok(orders.every(isOpen));
  });

  it('more than allowed: invalid-request that says how many, and nothing is sent', async () => {
    stage = await start({ atMost: 2 });
    const orders = await place(3);
    const msg = await ask(SCOPE);
    assert.deepEqual(
      [msg.output, msg.statusCode, errorOf(msg).code],
      ['two', 400, 'invalid-request'],
    );
    assert.match(String(errorOf(msg).message), /3 orders match, and at most 2/);
    assert.ok(orders.every(isOpen));
  });

  const refused: [what: string, payload: unknown, why: RegExp, more?: object][] = [
    ['a null side', { ...SCOPE, side: null }, /side is null/],
    ['a blank symbol', { ...SCOPE, symbol: '' }, /symbol is blank/],
    ['a typo in the name', { category: 'linear', settleCoin: 'USDT', Side: 'Buy' }, /payload.Side/],
    ['an unknown side', { ...SCOPE, side: 'both' }, /side/],
    ['contradictory names', { category: 'inverse', symbol: 'BTCUSDT.P' }, /linear/],
    ['a retained message', SCOPE, /retained/, { retain: true }],
    ['text', JSON.stringify(SCOPE), /category is missing/],
  ];
  for (const [what, payload, why, more] of refused) {
    it(`${what}: refused, and what was not meant is still open`, async () => {
      stage = await start({ kinds: 'all' });
      const orders = await place(3);
      const msg = await ask(payload, more);
      assert.deepEqual(
        [msg.output, msg.statusCode, errorOf(msg).code],
        ['two', 400, 'invalid-request'],
      );
      assert.match(String(errorOf(msg).message), why);
      assert.deepEqual([bybitOf(msg).requests, bybitOf(msg).orders], [0, []]);
      assert.ok(orders.every(isOpen));
      assert.ok(stage.exchange.requests.every(({ operation }) => !operation.includes('cancel')));
    });
  }

  it('an expression that yields nothing: refused', async () => {
    stage = await start({ side: '$lookup({}, "side")', sideType: 'jsonata' });
    const orders = await place(2);
    const msg = await ask(SCOPE);
    assert.match(String(errorOf(msg).message), /side yields nothing/);
    assert.ok(orders.every(isOpen));
  });

  it('acknowledged and never closed: every order by name, unconfirmed, 504', async () => {
    stage = await start({ timeout: 1500 });
    const orders = await place(3);
    for (const { orderId } of orders) stage.exchange.books.hide(orderId);
    const msg = await ask(SCOPE);
    assert.deepEqual([msg.output, msg.statusCode, errorOf(msg).code], ['two', 504, 'unconfirmed']);
    assert.equal(errorOf(msg).orders.length, 3);
    assert.deepEqual([errorOf(msg).retryable, bybitOf(msg).complete], [true, false]);
  });

  it('some filled meanwhile: incomplete, 409, and proved that nothing is left', async () => {
    stage = await start();
    await place(3);
    stage.exchange.faults.add({ kind: 'lostRace', on: 'order/cancel' });
    const msg = await ask(SCOPE);
    assert.deepEqual([msg.output, msg.statusCode, errorOf(msg).code], ['two', 409, 'incomplete']);
    assert.deepEqual(errorOf(msg).counts, { cancelled: 2, filled: 1 });
    assert.equal(bybitOf(msg).complete, true);
  });

  it('cancelled, but not listed again: incomplete, 504, and says that orders may be open', async () => {
    stage = await start({ timeout: 1500 });
    await place(2);
    stage.exchange.faults.add({ kind: 'none', on: 'order/realtime' });
    stage.exchange.faults.add({ kind: 'http', status: 502, on: 'order/realtime', times: Infinity });
    const msg = await ask(SCOPE);
    assert.deepEqual([msg.output, msg.statusCode, errorOf(msg).code], ['two', 504, 'incomplete']);
    assert.match(
      String(errorOf(msg).message),
      /[Ww]hether all were found is not known.*may still be open/,
    );
    assert.deepEqual([errorOf(msg).retryable, errorOf(msg).orders], [true, []]);
  });

  it('the address is banned: rate-limited, and when it ends', async () => {
    stage = await start({ timeout: 800 });
    const [order] = await place(1);
    const body = 'access too frequent';
    stage.exchange.faults.add({ kind: 'http', status: 403, body, on: 'order/realtime' });
    const msg = await ask(SCOPE);
    assert.deepEqual([msg.statusCode, errorOf(msg).code], [429, 'rate-limited']);
    assert.match(
      String(errorOf(msg).message),
      /no cancel was sent.*is banned.*Nothing is sent to .* before/,
    );
    const { retryAfterMs, retryable } = errorOf(msg);
    assert.ok(Number(retryAfterMs) > 590_000 && Number(retryAfterMs) <= 600_000);
    assert.ok(retryable === true && isOpen(order!));
  });

  it('the open orders can’t be listed: unavailable, or why the key may not, and nothing is sent', async () => {
    stage = await start({ timeout: 800 });
    stage.exchange.faults.add({ kind: 'http', status: 502, on: 'order/realtime', times: Infinity });
    const msg = await ask(SCOPE);
    assert.deepEqual([msg.output, msg.statusCode, errorOf(msg).code], ['two', 503, 'unavailable']);
    stage.exchange.faults.clear();
    stage.exchange.removeKey(DEMO_KEY.apiKey);
    const refusedMsg = await ask(SCOPE);
    assert.deepEqual([refusedMsg.statusCode, errorOf(refusedMsg).code], [403, 'unauthorized']);
    assert.ok(stage.exchange.requests.every(({ operation }) => !operation.includes('cancel')));
  });

  describe('where something that narrows is there without a value', () => {
    const VARIABLE = 'BYBIT_TEST_NARROW';
    afterEach(() => {
      delete process.env.BYBIT_TEST_NARROW;
    });

    for (const setting of ['orderLinkIdPrefix', 'side', 'atMost']) {
      it(`${setting} by a variable that is blank: refused`, async () => {
        process.env[VARIABLE] = '';
        stage = await start({ [setting]: `\${${VARIABLE}}`, [`${setting}Type`]: 'str' });
        const orders = await place(2);
        const msg = await ask(SCOPE);
        assert.equal(msg.bybit.outcome, 'not-configured');
        assert.match(
          errorOf(msg).message as string,
          new RegExp(`^${setting}: .*${VARIABLE} is blank`),
        );
        assert.ok(orders.every(isOpen));
      });
    }

    it('a text with a variable in it that is blank: refused', async () => {
      process.env[VARIABLE] = ' ';
      const prefix = `bot-\${${VARIABLE}}`;
      stage = await start({ orderLinkIdPrefix: prefix, orderLinkIdPrefixType: 'env' });
      const orders = await place(2, { orderLinkId: 'bot-1' });
      const msg = await ask(SCOPE);
      assert.equal(msg.bybit.outcome, 'not-configured');
      assert.match(
        errorOf(msg).message as string,
        /^orderLinkIdPrefix: .*NARROW is blank, and only a/,
      );
      assert.ok(orders.every(isOpen));
    });

    for (const [what, more, payload] of [
      ['a side that is undefined', {}, { ...SCOPE, side: undefined }],
      ['a path through null', { side: 'payload.own.side' }, { ...SCOPE, own: null }],
      [
        'a path with brackets',
        { side: 'payload["the side"]' },
        { ...SCOPE, 'the side': undefined },
      ],
    ] as const) {
      it(`${what}: refused`, async () => {
        stage = await start(more);
        const orders = await place(2);
        const msg = await ask(payload);
        assert.equal(msg.bybit.outcome, 'invalid-request');
        assert.match(errorOf(msg).message as string, /^side is null or undefined/);
        assert.ok(orders.every(isOpen));
      });
    }

    it('a path to what the message does not have: not given', async () => {
      stage = await start({ side: 'payload.own.side' });
      await place(2);
      assert.equal((await ask(SCOPE)).bybit.outcome, 'cancelled');
    });
  });

  it('a coin that there is not: refused by name', async () => {
    stage = await start();
    const [order] = await place(1);
    const msg = await ask({ category: 'linear', settleCoin: 'USTD' });
    assert.equal(msg.bybit.outcome, 'invalid-request');
    assert.match(errorOf(msg).message as string, /^settleCoin is a coin that no symbol/);
    assert.ok(isOpen(order!));
  });

  it('filled, and not listed again: incomplete, for nobody knows what else there is', async () => {
    stage = await start({ timeout: 3000 });
    const [order] = await place(1);
    stage.exchange.faults.add({ kind: 'lostRace', on: 'order/cancel' });
    const isListing = listings();
    stage.exchange.faults.add({ kind: 'hang', times: Infinity, on: (one) => isListing(one) > 1 });
    const msg = await ask(SCOPE);
    assert.deepEqual([msg.bybit.outcome, msg.statusCode], ['incomplete', 504]);
    const { retryable, counts, message } = errorOf(msg);
    assert.deepEqual([retryable, counts], [true, { filled: 1 }]);
    assert.match(message as string, /may still be open/);
    assert.equal(order?.closedBy, 'fill');
  });
});

/** Counts listings. @returns the place of a request among them, 0 where it is none */
function listings(): (request: ReceivedRequest) => number {
  let count = 0;
  return ({ operation, params }) =>
    operation === 'order/realtime' && params.orderId === undefined ? (count += 1) : 0;
}
