/** "Cancel by MQTT": an order on one topic, its result on another, over a broker that may go away. */
import assert from 'node:assert/strict';
import type { Broker, Received } from './broker';
import { idIn } from './example';
import { statusOf, type Stage } from './stage';

const EXAMPLE = 'Cancel by MQTT';
const ORDERS = 'bybit/cancel';
const RESULTS = 'bybit/cancel/result';
/** in the broker's log */
const SUBSCRIBED = /bybit-cancel-order 1 bybit\/cancel$/;

interface Result {
  readonly outcome: string;
  readonly orderId?: string;
  readonly message?: string;
  readonly order?: unknown;
}

export function checkByMqtt(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    let broker: Broker;
    let results: () => Received[];

    before(async function () {
      const { broker: running } = stage();
      if (!running) return this.skip();
      broker = running;
      await broker.logged(SUBSCRIBED);
      results = await broker.listen(RESULTS);
    });

    const parsed = (): Result[] => results().map(({ payload }) => JSON.parse(payload) as Result);
    const result = (at: number): Promise<Result> =>
      stage().nodeRed.until('result', () => parsed()[at]);

    it('tells on the other topic that the order is gone', async () => {
      const order = stage().place();
      const correlation = ['-D', 'publish', 'correlation-data', 'request-17'];
      await broker.publish(ORDERS, JSON.stringify(order), correlation);
      const { outcome, orderId } = await result(0);
      assert.deepEqual([outcome, orderId], ['cancelled', order.orderId]);
      assert.equal(statusOf(stage(), order), 'Cancelled');
      assert.equal(results()[0]?.correlation, 'request-17');
    });

    it('tells failures there too, with what had come', async () => {
      const order = stage().place();
      stage().exchange.books.fill(order.orderId);
      await broker.publish(ORDERS, JSON.stringify(order));
      const filled = await result(1);
      assert.deepEqual([filled.outcome, filled.order], ['filled', order]);
      assert.match(filled.message ?? '', /\w+ \w+/);
      await broker.publish(ORDERS, 'cancel it, please');
      const malformed = await result(2);
      assert.deepEqual(
        [malformed.outcome, malformed.order],
        ['invalid-request', 'cancel it, please'],
      );
    });

    it('cancels what was published while the line was down', async () => {
      const { line, nodeRed, place } = stage();
      const order = place();
      line!.cut();
      const out = idIn(EXAMPLE, 'mqtt out', 'results');
      const down = () => !nodeRed.editor.status(out).endsWith('.connected') || undefined;
      await nodeRed.until('loss of the line', down);
      await broker.publish(ORDERS, JSON.stringify(order));
      line!.mend();
      assert.equal((await result(3)).orderId, order.orderId);
      assert.equal(statusOf(stage(), order), 'Cancelled');
    });

    it('keeps a result while the line is down', async () => {
      const { exchange, line, nodeRed, place } = stage();
      const order = place();
      const keeper = idIn(EXAMPLE, 'function', 'keep until it is sent');
      const noneKept = () => nodeRed.editor.status(keeper) === '' || undefined;
      // Of the results before.
      await nodeRed.until('none kept', noneKept);
      exchange.faults.add({ kind: 'delay', ms: 500, processing: 'late', on: 'order/cancel' });
      const sent = exchange.requests.length;
      await broker.publish(ORDERS, JSON.stringify(order));
      const cancels = () => exchange.requests.slice(sent).map(({ operation }) => operation);
      await nodeRed.until('cancel', () => cancels().includes('order/cancel') || undefined);
      line!.cut();
      const kept = () => nodeRed.editor.status(keeper) === '1 to be sent' || undefined;
      await nodeRed.until('kept result', kept);
      assert.equal(statusOf(stage(), order), 'Cancelled');
      line!.mend();
      const { outcome, orderId } = await result(4);
      assert.deepEqual([outcome, orderId], ['cancelled', order.orderId]);
      await nodeRed.until('none kept', noneKept);
    });

    it('does not cancel a retained order anew at the next start', async () => {
      const [retained, next] = [stage().place(), stage().place()];
      await broker.publish(ORDERS, JSON.stringify(retained), ['-r']);
      assert.equal((await result(5)).orderId, retained.orderId);
      const subscribed = broker.times(SUBSCRIBED);
      await stage().nodeRed.run('stop');
      await stage().nodeRed.run('start');
      await broker.logged(SUBSCRIBED, subscribed + 1);
      await broker.publish(ORDERS, JSON.stringify(next));
      assert.equal((await result(6)).orderId, next.orderId);
    });

    it('has told each result once', () => {
      assert.equal(results().length, 7);
    });
  });
}
