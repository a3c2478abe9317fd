/** "Several orders in one message": one report, complete and in order. */
import assert from 'node:assert/strict';
import { idIn } from './example';
import { statusOf, type Stage } from './stage';

const EXAMPLE = 'Several orders in one message';

interface Entry {
  readonly outcome: string;
  readonly orderId?: string;
  readonly message?: string;
  readonly order?: unknown;
}

export function checkSeveralOrders(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const report = idIn(EXAMPLE, 'debug', 'report');
    let reports = 0;

    const press = async (orders: unknown): Promise<Entry[]> => {
      const { nodeRed } = stage();
      await nodeRed.press(idIn(EXAMPLE, 'inject', 'orders'), orders);
      const message = await nodeRed.until('report', () => nodeRed.editor.objects(report)[reports]);
      reports += 1;
      assert.deepEqual(Object.keys(message).sort(), ['_msgid', 'payload']);
      return message.payload as Entry[];
    };

    it('tells each order in its place, failures included', async () => {
      const [first, filled, last] = [stage().place(), stage().place(), stage().place()];
      stage().exchange.books.fill(filled.orderId);
      const orders = [first, filled, null, { category: 'linear' }, last];
      const entries = await press(orders);
      const outcomes = entries.map(({ outcome }) => outcome);
      const invalid = 'invalid-request';
      const expected = ['cancelled', 'filled', invalid, invalid, 'cancelled'];
      assert.deepEqual(outcomes, expected);
      assert.equal(entries[0]?.orderId, first.orderId);
      assert.deepEqual(entries[1]?.order, filled);
      assert.match(entries[1].message ?? '', /\w+ \w+/);
      assert.equal(stage().nodeRed.editor.status(report), '2 of 5 gone');
    });

    it('makes one report of forty orders of which some fail, slowly and quickly', async () => {
      const { exchange, place } = stage();
      const orders = Array.from({ length: 40 }, place);
      for (const [at, { orderId }] of orders.entries())
        if (at % 3 === 0) exchange.books.fill(orderId);
      exchange.faults.add({ kind: 'delay', ms: 300, on: 'order/cancel', times: 10 });
      const entries = await press(orders);
      assert.deepEqual(
        entries.map(({ outcome, orderId }) => ({ outcome, orderId })),
        orders.map(({ orderId }, at) => ({ outcome: at % 3 ? 'cancelled' : 'filled', orderId })),
      );
      for (const [at, order] of orders.entries()) {
        assert.equal(statusOf(stage(), order), at % 3 ? 'Cancelled' : 'Filled');
      }
    });

    it('reports on a single order, on none, and on what is no array', async () => {
      assert.deepEqual((await press([stage().place()])).length, 1);
      assert.deepEqual(await press([]), []);
      const order = stage().place();
      const [only, ...more] = await press(order);
      assert.deepEqual([only?.outcome, only?.order, more], ['invalid-request', order, []]);
      assert.equal(statusOf(stage(), order), 'New');
    });

    it('has made one report for each message, and none twice', () => {
      assert.equal(stage().nodeRed.editor.texts(report).length, reports);
    });
  });
}
