/** When a cancel in doubt is sent again: nothing that hangs may take the time that the order has. */
import assert from 'node:assert/strict';
import { cancelOrder } from '../../nodes/bybit/cancel';
import type { Answer, LookUpAnswer, Ports } from '../../nodes/bybit/ports';
import type { Meaning } from '../../nodes/bybit/ret-codes';
import { sleep } from '../../nodes/bybit/time';
import { happens, overHttp, placed } from './actions';
import { FakeTime } from './fake-time';
import { LooseEnds } from './loose-ends';
import { steadyTime } from './steady-time';
import { withExchange } from './with-exchange';

const REQUEST = { category: 'linear', symbol: 'BTCUSDT', orderId: 'order-1' } as const;
const LINK = { category: 'linear', symbol: 'BTCUSDT', orderLinkId: 'quote-1' } as const;

/** An answer and the ms that it takes. */
type Scripted = readonly [Meaning, number];

const STILL_OPEN: LookUpAnswer = {
  readable: true,
  record: { ...REQUEST, orderLinkId: '', orderStatus: 'New' },
};

/** @returns when each cancel was sent, ms */
async function sendsOf(
  script: readonly Scripted[],
  lookUp: Ports['lookUp'] = () => Promise.resolve(STILL_OPEN),
): Promise<number[]> {
  const time = new FakeTime();
  const sends: number[] = [];
  const answer = (meaning: Meaning): Answer => ({
    meaning,
    explain: () => meaning,
    transport: 'http',
    signedAt: 0,
  });
  const ports: Ports = {
    time,
    environment: 'testnet',
    transport: 'http',
    async send(_request, { wire, onStart, onSent }) {
      onStart();
      onSent();
      const [meaning, ms] = script[sends.length] ?? ['accepted', 0];
      sends.push(time.now());
      await sleep(time, ms, wire);
      return answer(meaning);
    },
    lookUp,
    watch: () => () => undefined,
    streamUp: () => true,
    measureClock: () => Promise.resolve(),
  };
  const options = { confirm: false, remainingMs: 10_000, elapsedMs: 0, startedAt: 0, seniority: 1 };
  const outcome = cancelOrder(REQUEST, options, ports);
  await time.advance(10_000);
  assert.equal((await outcome).outcome, 'accepted');
  return sends;
}

describe('a cancel in doubt', () => {
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

  it('a look-up that waits for its turn goes out no more when all is told', async () => {
    let waiting = 0;
    const sends = await sendsOf([['unknown', 0]], (_request, _scope, { waits }) => {
      if (waits.aborted) return Promise.resolve({ readable: false });
      waiting += 1;
      return new Promise((resolve) => {
        waits.addEventListener('abort', () => {
          waiting -= 1;
          resolve({ readable: false });
        });
      });
    });
    assert.deepEqual(sends, [0, 500]);
    assert.equal(waiting, 0);
  });

  describe('while the look-up for it hangs', () => {
    const loose = new LooseEnds();
    afterEach(() => loose.tie());

    it('by its orderId it is sent again: that can meet no other order', async () => {
      const { exchange, account } = loose.keep(await withExchange({}, {}, steadyTime));
      exchange.faults.add({ kind: 'http', status: 502, on: 'order/cancel' });
      exchange.faults.add({ kind: 'hang', on: 'order/realtime' });
      const options = { confirm: false, timeout: 8000 };
      const { outcome } = await account.cancel(placed(exchange), options);
      assert.equal(outcome, 'accepted');
      // The history, which comes after the open orders, was not waited for either.
      assert.deepEqual(overHttp(exchange), ['order/cancel', 'order/realtime', 'order/cancel']);
    });

    it('by its own id it is not: that can be in use anew', async () => {
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
  });
});
