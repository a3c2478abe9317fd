/** "Several Node-RED instances": two of them, of which one is killed in the middle. */
import assert from 'node:assert/strict';
import type { Broker } from './broker';
import { idIn } from './example';
import { loseTrack } from './failures';
import { Line } from './line';
import { NodeRed } from './node-red';
import { SECOND_KEY, statusOf, type Asked, type Stage } from './stage';

const EXAMPLE = 'Several Node-RED instances';
/** in the broker's log */
const SUBSCRIBED = / 1 \$share\/workers\/bybit\/orders$/;

export function checkInstances(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const button = idIn(EXAMPLE, 'inject', 'cancel this order');
    const tick = idIn(EXAMPLE, 'inject', 'every second');
    const list = idIn(EXAMPLE, 'function', 'send again, or give up');
    const cancelled = idIn(EXAMPLE, 'debug', 'cancelled');
    const not = idIn(EXAMPLE, 'debug', 'failed or unconfirmed');
    let broker: Broker;
    let line: Line;
    let second: NodeRed;

    before(async function () {
      const { broker: running, flowOf } = stage();
      if (!running) return this.skip();
      broker = running;
      line = await Line.to(broker.port);
      const subscribed = broker.times(SUBSCRIBED);
      const flow = flowOf(EXAMPLE, { key: SECOND_KEY, port: line.port });
      second = await NodeRed.start(flow, { RESEND_SECONDS: '0.001' });
      await broker.logged(SUBSCRIBED, subscribed + 1);
    });
    after(async () => {
      // There is none where there is no broker.
      await (second as NodeRed | undefined)?.stop('SIGKILL');
      await (line as Line | undefined)?.close();
    });

    const cancelsOf = (apiKey: string, from = 0) =>
      stage()
        .exchange.requests.slice(from)
        .filter((one) => one.operation === 'order/cancel')
        .filter(({ headers }) => headers['x-bapi-api-key'] === apiKey);

    /** Hands orders to the first instance. */
    const handOver = async (orders: readonly Asked[]): Promise<void> => {
      for (const order of orders) await stage().nodeRed.press(button, order);
    };
    const results = (nodeRed: NodeRed) =>
      [cancelled, not].flatMap((shownBy) => nodeRed.editor.objects(shownBy));
    const allTold = async (orders: readonly Asked[]): Promise<void> => {
      const { nodeRed } = stage();
      const told = (): boolean => {
        const ids = new Set(results(nodeRed).map(({ orderId }) => orderId));
        return orders.every(({ orderId }) => ids.has(orderId));
      };
      await nodeRed.until('a result of each order', () => told() || undefined);
    };
    const place = (count: number): Asked[] => Array.from({ length: count }, () => stage().place());
    const checkCancelled = (orders: readonly Asked[]): void => {
      for (const order of orders) assert.equal(statusOf(stage(), order), 'Cancelled');
    };

    it('shares the orders between the instances', async () => {
      const from = stage().exchange.requests.length;
      const orders = place(10);
      const filled = stage().place();
      stage().exchange.books.fill(filled.orderId);
      await handOver([...orders, filled]);
      await allTold([...orders, filled]);
      checkCancelled(orders);
      const shares = [stage().key.apiKey, SECOND_KEY.apiKey].map(
        (key) => cancelsOf(key, from).length,
      );
      assert.ok(Math.min(...shares) > 0, `each has cancelled some: ${shares.join(' and ')}`);
      assert.ok(
        shares[0]! + shares[1]! < 22,
        `not each has cancelled all: ${shares.join(' and ')}`,
      );
      const [failure] = stage().nodeRed.editor.objects(not);
      assert.deepEqual([failure?.outcome, failure?.orderId], ['filled', filled.orderId]);
    });

    it('gives to another instance what one may not do', async () => {
      const { exchange } = stage();
      exchange.removeKey(SECOND_KEY.apiKey);
      const orders = place(4);
      await handOver(orders);
      await allTold(orders);
      checkCancelled(orders);
      exchange.setKey(SECOND_KEY);
    });

    it('says in the end that nobody knows, when no worker can be reached', async () => {
      const [order] = place(1) as [Asked];
      const subscribed = broker.times(SUBSCRIBED);
      line.cut();
      await second.press(button, order);
      const told = await second.until('word', async () => {
        await second.press(tick);
        return second.editor.objects(not)[0];
      });
      assert.deepEqual([told.outcome, told.orderId], ['unconfirmed', order.orderId]);
      assert.match(String(told.message), /may still be open/);
      assert.equal(second.editor.texts(cancelled).length, 0);
      line.mend();
      // Until then all orders go to the first instance.
      await broker.logged(SUBSCRIBED, subscribed + 1);
    });

    it('takes no refusal of the last try for the fate of the order', async () => {
      const { exchange } = stage();
      const [order] = place(1) as [Asked];
      const shown = second.editor.objects(not).length;
      loseTrack(stage(), 1);
      exchange.faults.add({ kind: 'retCode', retCode: 10003, on: 'order/cancel', times: Infinity });
      await second.press(button, order);
      const told = await second.until('word', async () => {
        await second.press(tick);
        return second.editor.objects(not)[shown];
      });
      exchange.faults.clear();
      assert.deepEqual([told.outcome, told.orderId], ['unconfirmed', order.orderId]);
      assert.match(String(told.message), /may still be open/);
      assert.equal(statusOf(stage(), order), 'Cancelled');
    });

    it('cancels each order when one instance is killed in the middle, and tells it', async () => {
      const { exchange, nodeRed } = stage();
      const orders = place(30);
      const published = await broker.listen('bybit/orders');
      const from = exchange.requests.length;
      const ofSecond = ({ headers, operation }: (typeof exchange.requests)[number]): boolean =>
        operation === 'order/cancel' && headers['x-bapi-api-key'] === SECOND_KEY.apiKey;
      exchange.faults.add({ kind: 'none', on: ofSecond, times: 3 });
      // Cancelled, but the instance won't live to tell it; then taken, and not cancelled at all.
      exchange.faults.add({ kind: 'hang', processed: true, on: ofSecond, times: 3 });
      exchange.faults.add({ kind: 'hang', processed: false, on: ofSecond, times: Infinity });
      await handOver(orders);
      const busy = () => cancelsOf(SECOND_KEY.apiKey, from).length >= 10 || undefined;
      await nodeRed.until('work of the second instance', busy);
      second.program.child.kill('SIGKILL');
      const taken = cancelsOf(SECOND_KEY.apiKey, from).map(({ params }) => params.orderId);
      const lost = orders.filter((order) => statusOf(stage(), order) === 'New');
      assert.ok(
        lost.some(({ orderId }) => taken.includes(orderId)),
        'some are lost with it',
      );

      await allTold(orders);
      checkCancelled(orders);
      assert.ok(published().length > orders.length, 'some were published again');
    });

    it('has told each order once, and nothing that is not so', async () => {
      const { nodeRed } = stage();
      const empty = () => nodeRed.editor.status(list) === '' || undefined;
      await nodeRed.until('empty list', empty);
      const told = results(nodeRed).map(({ orderId }) => orderId);
      assert.equal(told.length, 45);
      assert.equal(new Set(told).size, told.length);
      for (const { outcome } of nodeRed.editor.objects(cancelled)) {
        assert.match(String(outcome), /^(already-)?cancelled$/);
      }
      assert.equal(nodeRed.editor.objects(not).length, 1);
    });
  });
}
