/**
 * Answers that prove nothing, over real sockets: what the account says of a cancel, held against
 * the exchange's books. The records decide, and without them the outcome is `unconfirmed`.
 */
import assert from 'node:assert/strict';
import type { Outcome, Transport } from '../../nodes/bybit/model';
import type { Fault, Order } from '../../simulator/exchange';
import { followed, happens, overOrderEntry, placed } from '../support/actions';
import { concurrently } from '../support/concurrently';
import { LooseEnds } from '../support/loose-ends';
import { seeded } from '../support/random';
import { withIdleTime, type IdleStage } from '../support/with-exchange';

/** Seen, each with the text that came along. */
const UNLISTED: readonly (readonly [number, string])[] = [
  [500000, 'Server error'],
  [500001, 'Internal server error'],
  [180000, 'Internal server error'],
  [177002, 'Server is busy, please try again later'],
  [180023, 'Service maintenance'],
  [131230, 'System busy'],
  [170146, 'Order creation timeout'],
  [170310, 'Order modification timeout'],
  [170005, 'Too many new orders'],
  [999999, 'Something else'],
];
const TRANSIENT = [10016, 10429, 429, 110079, 170001, 170032, 170191, 170234];
const ONCE = [170144, 170150];
const TRANSPORTS: readonly Transport[] = ['http', 'websocket'];

/** @returns codes that no document has, always the same ones */
function anyCodes(count: number): number[] {
  const random = seeded(5);
  return Array.from({ length: count }, () => 200_000 + Math.floor(random() * 700_000));
}

interface Case {
  readonly code: number;
  readonly text: string;
  readonly processed: boolean;
  readonly transport: Transport;
  /** how many cancels are answered so */
  readonly times: number;
}

interface Told {
  readonly outcome: Outcome;
  readonly order: Order;
}

async function onTransport(transport: Transport, category: 'spot' | 'linear' = 'linear') {
  const stage = await withIdleTime({ cancelDelayMs: 0 }, { transport });
  const { exchange, account } = stage;
  await followed(exchange, account);
  if (transport === 'websocket') await overOrderEntry(exchange, account);
  return { stage, order: exchange.books.get(placed(exchange, { category }).orderId) };
}

async function run({ code, text, processed, transport, times }: Case): Promise<Told> {
  const { stage, order } = await onTransport(transport);
  const { exchange, account } = stage;
  // What the stream would tell is lost: the records alone can.
  exchange.faults.stream = { drop: 1 };
  const on = transport === 'http' ? 'order/cancel' : 'ws:order.cancel';
  exchange.faults.add({ kind: 'retCode', retCode: code, retMsg: text, processed, on, times });
  const { category, symbol, orderId } = order;
  const request = { category, symbol, orderId };
  const outcome = await account.cancel(request, { confirm: true, timeout: 10_000 });
  await stage.end();
  return { outcome, order };
}

function check({ outcome, order }: Told): void {
  const closed = order.closedBy === 'cancel';
  if (closed) assert.equal(outcome.outcome, 'cancelled', outcome.message);
  else assert.ok(['rejected', 'unconfirmed'].includes(outcome.outcome), outcome.message);
}

describe('an answer that proves nothing', function () {
  this.timeout(60_000);
  const codes: (readonly [number, string])[] = [
    ...UNLISTED,
    ...[...TRANSIENT, ...ONCE].map((code) => [code, 'Request timeout, try again'] as const),
    ...anyCodes(50).map((code) => [code, 'no text'] as const),
  ];

  for (const transport of TRANSPORTS) {
    for (const processed of [true, false]) {
      const cases = codes.map(([code, text]): Case => ({
        code,
        text,
        processed,
        transport,
        times: Infinity,
      }));
      describe(`to every cancel, ${processed ? 'after' : 'without'} effect (${transport})`, () => {
        const told = concurrently(cases, run);
        for (const one of cases) {
          it(`${one.code} ${one.text}`, () => {
            const { outcome, order } = told(one);
            check({ outcome, order });
            assert.equal(order.closedBy, processed ? 'cancel' : undefined);
            if (processed) return;
            const isListed = TRANSIENT.includes(one.code);
            assert.equal(outcome.outcome, isListed ? 'unconfirmed' : 'rejected', outcome.message);
            assert.deepEqual([outcome.retCode, outcome.retMsg], [one.code, one.text]);
            // Tried again where it may pass, and at most twice a second.
            const most = isListed ? 24 : ONCE.includes(one.code) ? 4 : 3;
            assert.ok(outcome.attempts <= most, `${outcome.attempts} sends`);
          });
        }
      });
    }

    describe(`to the first cancel, after effect: cancelled (${transport})`, () => {
      const cases = codes.map(([code, text]): Case => ({
        code,
        text,
        processed: true,
        transport,
        times: 1,
      }));
      const told = concurrently(cases.slice(0, 20), run);
      for (const one of cases.slice(0, 20)) {
        it(`${one.code}`, () => assert.equal(told(one).outcome.outcome, 'cancelled'));
      }
    });
  }
});

describe('an answer of a gateway that proves nothing', function () {
  this.timeout(30_000);
  const faults: readonly Fault[] = [
    ...[400, 401, 403, 404, 405, 410, 421, 429, 451].map((status): Fault => ({
      kind: 'http',
      status,
      processed: true,
    })),
    ...[301, 302, 303, 307].map((status): Fault => ({
      kind: 'redirect',
      location: 'http://127.0.0.1:1/',
      status,
      processed: true,
    })),
  ];
  const told = concurrently(faults, async (fault) => {
    const { stage, order } = await onTransport('http');
    stage.exchange.faults.stream = { drop: 1 };
    stage.exchange.faults.add({ ...fault, on: 'order/cancel' });
    const { category, symbol, orderId } = order;
    const options = { confirm: true, timeout: 8000 };
    const outcome = await stage.account.cancel({ category, symbol, orderId }, options);
    await stage.end();
    return outcome;
  });
  for (const fault of faults) {
    it(`HTTP ${'status' in fault ? fault.status : ''} after the effect: cancelled`, () => {
      assert.equal(told(fault).outcome, 'cancelled', told(fault).message);
    });
  }
});

describe('while something that was sent is in doubt', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());
  const stageOf = async (...options: Parameters<typeof withIdleTime>): Promise<IdleStage> =>
    loose.keep(await withIdleTime(...options));
  const options = { confirm: true, timeout: 10_000 };

  it('a refusal and stale records: cancelled, not rejected', async () => {
    const { exchange, account, time } = await stageOf({ cancelDelayMs: 0 });
    const request = placed(exchange, { category: 'spot' });
    await happens(exchange, () => exchange.books.get(request.orderId).versions.length > 0);
    await time.later(20);
    exchange.recordLagMs = 700;
    exchange.faults.add({ kind: 'reset', when: 'after', on: 'order/cancel' });
    const filtered = { ...request, orderFilter: 'StopOrder' } as const;
    exchange.faults.add({
      kind: 'retCode',
      retCode: 170213,
      retMsg: 'Order does not exist.',
      on: 'order/cancel',
      times: Infinity,
    });
    const right = { category: request.category, symbol: request.symbol, orderId: request.orderId };
    const outcome = await account.cancel(right, options);
    assert.equal(outcome.outcome, 'cancelled', outcome.message);
    // The same with a filter that is wrong: nothing took effect, and nobody says so for certain.
    const other = await account.cancel(filtered, { confirm: true, timeout: 2500 });
    assert.equal(other.outcome, 'already-cancelled', other.message);
  });

  it('access refused for a look-up, too: looked up until the stream or a record tells', async () => {
    const { exchange, account } = await stageOf({ cancelDelayMs: 0 });
    exchange.faults.add({ kind: 'http', status: 403, processed: true, on: 'order/cancel' });
    exchange.faults.add({ kind: 'http', status: 403, on: 'order/realtime' });
    const outcome = await account.cancel(placed(exchange), options);
    assert.equal(outcome.outcome, 'cancelled', outcome.message);
  });

  it('a key refused after a send that may have worked: unconfirmed, not unauthorized', async () => {
    const { exchange, account } = await stageOf({ cancelDelayMs: 0 });
    const request = placed(exchange);
    exchange.faults.add({ kind: 'retCode', retCode: 500001, processed: true, on: 'order/cancel' });
    exchange.faults.add({ kind: 'http', status: 502, on: 'order/realtime' });
    exchange.faults.add({ kind: 'http', status: 502, on: 'order/history' });
    for (const on of ['order/cancel', 'order/realtime', 'order/history'] as const) {
      exchange.faults.add({ kind: 'retCode', retCode: 10010, on, times: Infinity });
    }
    const outcome = await account.cancel(request, { confirm: true, timeout: 3500 });
    assert.equal(outcome.outcome, 'unconfirmed', outcome.message);
  });

  it('a definite refusal: what the first send did is told, not the refusal', async () => {
    const { exchange, account } = await stageOf({ cancelDelayMs: 0 });
    const request = placed(exchange);
    exchange.faults.add({ kind: 'retCode', retCode: 10016, processed: true, on: 'order/cancel' });
    exchange.faults.add({ kind: 'http', status: 503, on: 'order/realtime', times: 2 });
    exchange.faults.add({ kind: 'http', status: 503, on: 'order/history', times: 2 });
    exchange.faults.add({ kind: 'retCode', retCode: 10001, on: 'order/cancel' });
    const outcome = await account.cancel(request, options);
    assert.equal(outcome.outcome, 'cancelled', outcome.message);
  });
});
