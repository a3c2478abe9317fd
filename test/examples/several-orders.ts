/** "Several orders in one message": one report for all, and the words for what failed. */
import assert from 'node:assert/strict';
import { doorOf, idIn } from './example';
import { failed, failedOrders, FAILURES, textOf } from './failures';
import { statusOf, type Asked, type Stage } from './stage';

const EXAMPLE = 'Several orders in one message';

interface Line {
  readonly outcome: string;
  readonly orderId?: string;
}

interface Shown {
  readonly payload: unknown;
  readonly statusCode: number;
  readonly bybit: { readonly outcome: string; readonly orders: readonly Line[] };
}

export function checkSeveralOrders(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const button = idIn(EXAMPLE, 'inject', 'orders');
    const report = idIn(EXAMPLE, 'debug', 'report');
    const failure = idIn(EXAMPLE, 'debug', 'failed or unconfirmed');
    const door = doorOf(idIn(EXAMPLE, 'bybit-cancel-orders', ''));
    let messages = 0;

    /** @param shownBy the debug node that is to show the outcome */
    const shown = async (shownBy: string, act: () => Promise<void>): Promise<Shown> => {
      const { nodeRed } = stage();
      messages += 1;
      const before = nodeRed.editor.texts(shownBy).length;
      await act();
      const next = () => nodeRed.editor.objects(shownBy)[before];
      return (await nodeRed.until('report', next)) as unknown as Shown;
    };
    const press = (shownBy: string, orders?: unknown): Promise<Shown> =>
      shown(shownBy, () => stage().nodeRed.press(button, orders));
    const place = (count: number): Asked[] => Array.from({ length: count }, () => stage().place());

    it('reports on each order in its place when all are cancelled', async () => {
      const { exchange, nodeRed } = stage();
      const orders = place(3);
      exchange.books.cancel(orders[1]!.orderId);
      const { payload, statusCode } = await press(report, orders);
      const { outcome, counts, orders: lines } = payload as Record<string, unknown>;
      assert.deepEqual([outcome, statusCode], ['cancelled', 200]);
      assert.deepEqual(counts, { cancelled: 2, 'already-cancelled': 1 });
      assert.deepEqual(
        (lines as Line[]).map(({ orderId }) => orderId),
        orders.map(({ orderId }) => orderId),
      );
      for (const order of orders) assert.equal(statusOf(stage(), order), 'Cancelled');
      assert.equal(nodeRed.editor.status(report), 'cancelled');
    });

    it('says which orders failed, the one that may still be open first', async () => {
      const { exchange, nodeRed } = stage();
      const [filled, hidden, last] = place(3) as [Asked, Asked, Asked];
      exchange.books.fill(filled.orderId);
      exchange.books.hide(hidden.orderId);
      const { payload, statusCode, bybit } = await press(failure, [filled, null, hidden, last]);
      const [head, first, second, third, ...more] = String(payload).split('\n');
      const counts = '1 unconfirmed, 1 filled, 1 invalid-request';
      assert.equal(head, `3 of 4 orders need attention (${counts}):`);
      assert.ok(first?.startsWith(`- ${textOf('unconfirmed', hidden)}`), first);
      assert.ok(second?.startsWith(`- ${textOf('filled', filled)}`), second);
      assert.match(third ?? '', /^- Nothing was sent \(invalid-request\)\. \w+ \w+/);
      assert.deepEqual(more, []);
      assert.equal(statusCode, 504);
      assert.deepEqual(
        bybit.orders.map(({ outcome }) => outcome),
        ['filled', 'invalid-request', 'unconfirmed', 'cancelled'],
      );
      assert.equal(statusOf(stage(), last), 'Cancelled');
      assert.equal(nodeRed.editor.status(failure), 'incomplete');
    });

    it('makes one report of forty orders of which some fail, slowly and quickly', async () => {
      const { exchange } = stage();
      const orders = place(40);
      for (const [at, { orderId }] of orders.entries())
        if (at % 3 === 0) exchange.books.fill(orderId);
      exchange.faults.add({ kind: 'delay', ms: 300, on: 'order/cancel', times: 10 });
      const { payload, statusCode, bybit } = await press(failure, orders);
      assert.deepEqual(
        bybit.orders.map(({ outcome, orderId }) => ({ outcome, orderId })),
        orders.map(({ orderId }, at) => ({ outcome: at % 3 ? 'cancelled' : 'filled', orderId })),
      );
      for (const [at, order] of orders.entries()) {
        assert.equal(statusOf(stage(), order), at % 3 ? 'Cancelled' : 'Filled');
      }
      const lines = String(payload).split('\n');
      assert.equal(lines[0], '14 of 40 orders need attention (14 filled):');
      assert.deepEqual([lines.length, statusCode], [15, 409]);
    });

    it('tells of each outcome what is known, the most dangerous first', async () => {
      const order = { category: 'linear', symbol: 'BTCUSDT', orderId: '1-2-3' } as const;
      const message = failedOrders([...FAILURES].reverse(), order);
      const { payload } = await shown(failure, () => stage().nodeRed.give(door, message));
      const counts = FAILURES.map((code) => `1 ${code}`).join(', ');
      assert.deepEqual(String(payload).split('\n'), [
        `9 of 9 orders need attention (${counts}):`,
        ...FAILURES.map((code) => `- ${textOf(code, order)}${failed(code, order).error.message}`),
      ]);
    });

    it('takes an outcome that it does not know for as dangerous as one that nobody knows', async () => {
      const orders = ['filled', 'unheard-of'].map((outcome) => ({ outcome, message: 'It is so.' }));
      const message = { error: { code: 'incomplete', message: '', orders }, bybit: { orders } };
      const { payload } = await shown(failure, () => stage().nodeRed.give(door, message));
      assert.equal(
        String(payload).split('\n')[1],
        '- State unknown: may still be open (unheard-of). It is so.',
      );
    });

    it('reports on no orders, and on what is no list', async () => {
      const { payload, statusCode } = await press(report, []);
      const nothing = { outcome: 'nothing-to-cancel', counts: {}, orders: [] };
      assert.deepEqual([payload, statusCode], [nothing, 200]);
      const order = stage().place();
      const single = await press(failure, order);
      assert.match(String(single.payload), /^Nothing was sent \(invalid-request\)\. .*array/);
      assert.equal(single.statusCode, 400);
      assert.equal(statusOf(stage(), order), 'New');
    });

    it('says in words that the placeholders are no orders', async () => {
      const { payload } = await press(failure);
      assert.match(
        String(payload),
        /^3 of 3 orders need attention \(3 not-found\):\n- No record of/,
      );
    });

    it('has made one report for each message, and none twice', () => {
      const { editor } = stage().nodeRed;
      assert.equal(editor.texts(report).length + editor.texts(failure).length, messages);
    });
  });
}
