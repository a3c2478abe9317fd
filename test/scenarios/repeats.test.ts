/** When a cancel in doubt is sent again, and who goes first. */
import assert from 'node:assert/strict';
import { cancelOrder } from '../../nodes/bybit/cancel/pursuit';
import { isRetryable } from '../../nodes/bybit/model';
import type { Answer, ExchangePort } from '../../nodes/bybit/cancel/exchange-port';
import type { Meaning } from '../../nodes/bybit/answers/meaning';
import { sleep } from '../../nodes/bybit/time/time';
import type { ScriptedFault } from '../../simulator/faults/faults';
import { cancelsSent, happens, overHttp, placed } from '../support/actions';
import { FakeTime } from '../support/fake-time';
import { LooseEnds } from '../support/loose-ends';
import { steadyTime } from '../support/steady-time';
import { withExchange } from '../support/with-exchange';

const REQUEST = { category: 'linear', symbol: 'BTCUSDT', orderId: 'order-1' } as const;
const LINK = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'quote-1' } as const;

/** An answer and the ms that it takes. */
type Scripted = readonly [Meaning, number];

/** @returns when each cancel was sent, ms; look-ups show the order open, at once */
async function sendsOf(script: readonly Scripted[], remainingMs = 10_000): Promise<number[]> {
  const time = new FakeTime();
  const sends: number[] = [];
  const answer = (meaning: Meaning): Answer => ({
    meaning,
    explain: () => meaning,
    transport: 'http',
    signedAt: 0,
  });
  const ports: ExchangePort = {
    time,
    environment: 'testnet',
    transport: 'http',
    async send(_request, { untilCutOff, onStart, onSent }) {
      onStart({});
      onSent();
      const [meaning, ms] = script[sends.length] ?? ['accepted', 0];
      sends.push(time.now());
      await sleep(time, ms, untilCutOff);
      return answer(meaning);
    },
    lookUp: () =>
      Promise.resolve({
        readable: true,
        record: { ...REQUEST, orderLinkId: '', orderStatus: 'New' },
      }),
    watch: () => () => undefined,
    streamUp: () => true,
    ban: () => undefined,
    measureClock: () => Promise.resolve(),
  };
  const options = { confirm: false, remainingMs, elapsedMs: 0, startedAt: 0 };
  const outcome = cancelOrder(REQUEST, options, ports);
  await time.advance(10_000);
  assert.equal((await outcome).outcome, 'accepted');
  return sends;
}

/** @returns when the records were asked, ms, of an order that nobody knows; and the outcome */
async function looksForNothing(remainingMs: number) {
  const time = new FakeTime();
  const looks: number[] = [];
  const ports: ExchangePort = {
    time,
    environment: 'testnet',
    transport: 'http',
    send: (_request, { onStart }) => {
      onStart({});
      return Promise.resolve({
        meaning: 'gone',
        explain: () => 'gone',
        transport: 'http',
        signedAt: 0,
      });
    },
    lookUp: (_request, scope) => {
      if (scope === 'place') looks.push(time.now());
      return Promise.resolve({ readable: true });
    },
    watch: () => () => undefined,
    streamUp: () => true,
    ban: () => undefined,
    measureClock: () => Promise.resolve(),
  };
  const options = { confirm: true, remainingMs, elapsedMs: 0, startedAt: 0 };
  const outcome = cancelOrder(REQUEST, options, ports);
  await time.advance(remainingMs);
  return { looks, outcome: await outcome };
}

describe('an order that no record knows', () => {
  it('is looked for while time is left, a second longer each time; then: not-found', async () => {
    const { looks, outcome } = await looksForNothing(10_000);
    assert.deepEqual(looks, [0, 200, 700, 1700, 3700, 6700, 9750]);
    assert.equal(outcome.outcome, 'not-found');
    assert.ok(isRetryable(outcome.outcome));
  });

  it('with little time: not-found all the same, from three look-ups', async () => {
    const { looks, outcome } = await looksForNothing(1000);
    assert.deepEqual(looks, [0, 200, 700]);
    assert.equal(outcome.outcome, 'not-found');
  });
});

describe('a cancel in doubt', () => {
  const loose = new LooseEnds();
  afterEach(() => loose.tie());

  it('answers that come at once: the pauses between the sends grow', async () => {
    const sends = await sendsOf([
      ['unknown', 0],
      ['transient', 0],
      ['unknown', 0],
    ]);
    assert.deepEqual(sends, [0, 150, 450, 1050]);
  });

  it('answers that do not come: the wait for them was pause enough', async () => {
    const sends = await sendsOf([
      ['unknown', 2000],
      ['unknown', 2000],
      ['unknown', 0],
    ]);
    assert.deepEqual(sends, [0, 2000, 4000, 4600]);
  });

  it('in the last half second the pause counts from the answer', async () => {
    const script: Scripted[] = Array.from({ length: 2 }, () => ['transient', 50]);
    assert.deepEqual(await sendsOf(script, 700), [0, 150, 500]);
  });

  it('is not sent again while it is looked up: its own id can be in use anew', async () => {
    const stage = await withExchange({ cancelDelayMs: 0 }, {}, steadyTime);
    const { exchange, account } = loose.keep(stage);
    const meant = exchange.books.place(LINK);
    exchange.faults.add({ kind: 'http', status: 502, processed: true, on: 'order/cancel' });
    exchange.faults.add({ kind: 'delay', ms: 1000, on: 'order/realtime' });
    const outcome = account.cancel(LINK, { confirm: true, timeout: 8000 });
    await happens(exchange, () => overHttp(exchange).includes('order/realtime'));
    const anew = exchange.books.place(LINK);
    assert.equal((await outcome).outcome, 'cancelled');
    assert.equal((await outcome).order?.orderId, meant.orderId);
    assert.equal(anew.closedBy, undefined);
  });

  it('is looked up to the end when its node closes meanwhile', async () => {
    const { exchange, account } = loose.keep(await withExchange({ cancelDelayMs: 0 }));
    const node = new AbortController();
    exchange.faults.add({ kind: 'http', status: 502, processed: true, on: 'order/cancel' });
    exchange.faults.add({ kind: 'delay', ms: 300, on: 'order/realtime' });
    const options = { confirm: false, timeout: 8000, signal: node.signal };
    const outcome = account.cancel(placed(exchange), options);
    await happens(exchange, () => overHttp(exchange).includes('order/realtime'));
    node.abort();
    assert.equal((await outcome).outcome, 'cancelled');
  });

  describe('among more than the rate limit lets through at once', () => {
    /** @returns the orders that were sent, in order; the first ones several times */
    const sentOf = async (fault: ScriptedFault, timeout: number) => {
      const { exchange, account } = loose.keep(await withExchange({}, {}, steadyTime));
      exchange.faults.add({
        ...fault,
        on: ({ operation }) => operation.startsWith('order/cancel'),
      });
      // Ten go alone and ten in a batch before the others have their turn.
      const requests = Array.from({ length: 24 }, () => placed(exchange));
      await Promise.all(
        requests.map((request) => account.cancel(request, { confirm: false, timeout })),
      );
      return cancelsSent(exchange).map((id) => requests.findIndex(({ orderId }) => orderId === id));
    };

    it('lets those that were never sent go first: each is sent before the time is over', async () => {
      const sent = await sentOf({ kind: 'http', status: 502, times: Infinity }, 1800);
      // Over several connections one may overtake another.
      assert.equal(new Set(sent.slice(0, 24)).size, 24, sent.join(' '));
      assert.ok(sent.length > 24, 'some are sent again');
    });

    it('keeps its place when it was refused for the rate', async () => {
      const sent = await sentOf(
        { kind: 'retCode', retCode: 10006, retMsg: 'Too many visits!' },
        8000,
      );
      assert.equal(sent.length, 25);
      assert.ok(sent.lastIndexOf(0) < sent.indexOf(23), sent.join(' '));
    });
  });
});
