/** "Cancel over HTTP": what its callers are answered. */
import assert from 'node:assert/strict';
import { statusOf, type Stage } from './stage';

export function checkOverHttp(stage: () => Stage): void {
  describe('Cancel over HTTP', () => {
    const post = async (body: unknown, type = 'application/json') => {
      const answer = await stage().nodeRed.post('/bybit/cancel', body, { 'content-type': type });
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
      const { outcome, ...told } = (await answer.json()) as Record<string, unknown>;
      return { status: answer.status, outcome, told };
    };

    it('answers with the order as it ended', async () => {
      const order = stage().place();
      const { status, outcome, told } = await post(order);
      assert.deepEqual([status, outcome, told.orderStatus], [200, 'cancelled', 'Cancelled']);
      assert.deepEqual({ ...told, ...order }, told);
      assert.equal(statusOf(stage(), order), 'Cancelled');
      const again = await post(order);
      assert.deepEqual([again.status, again.outcome], [200, 'already-cancelled']);
    });

    it('answers a failure with its status code, and with words in the same form', async () => {
      const order = stage().place();
      stage().exchange.books.fill(order.orderId);
      const { status, outcome, told } = await post(order);
      assert.deepEqual([status, outcome, told.retryable], [409, 'filled', false]);
      assert.deepEqual({ ...told, ...order, orderStatus: 'Filled' }, told);
      assert.match(String(told.message), /\w+ \w+/);
    });

    for (const [what, body] of [
      ['no order', {}],
      ['a number in place of an order', 5],
      ['null', null],
      ['text that is no JSON', '{"category":"linear",'],
      ['an empty body', ''],
    ] as const) {
      it(`answers ${what} with 400, in JSON too`, async () => {
        const { status, outcome, told } = await post(body);
        assert.deepEqual([status, outcome, told.retryable], [400, 'invalid-request', false]);
        assert.match(String(told.message), /\w+ \w+/);
      });
    }

    it('takes nothing that any web page can make a browser send', async () => {
      const order = stage().place();
      const { status, outcome } = await post(order, 'text/plain');
      assert.deepEqual([status, outcome], [415, 'invalid-request']);
      assert.equal(statusOf(stage(), order), 'New');
    });
  });
}
