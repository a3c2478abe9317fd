/** "Cancel an order", as its comments say to use it. */
import assert from 'node:assert/strict';
import { idIn } from './example';
import { statusOf, type Asked, type Stage } from './stage';

const EXAMPLE = 'Cancel an order';

export function checkCancelAnOrder(stage: () => Stage): void {
  describe(EXAMPLE, () => {
    const cancelled = idIn(EXAMPLE, 'debug', 'cancelled');
    const not = idIn(EXAMPLE, 'debug', 'failed or unconfirmed');

    const press = async (order: Asked, shownBy: string) => {
      const { nodeRed } = stage();
      const before = nodeRed.editor.objects(shownBy).length;
      await nodeRed.press(idIn(EXAMPLE, 'inject', 'cancel this order'), order);
      return nodeRed.until('outcome', () => nodeRed.editor.objects(shownBy)[before]);
    };

    it('shows that the order is cancelled, and so when pressed once more', async () => {
      const order = stage().place();
      assert.equal((await press(order, cancelled)).outcome, 'cancelled');
      assert.equal(statusOf(stage(), order), 'Cancelled');
      assert.equal((await press(order, cancelled)).outcome, 'already-cancelled');
      assert.equal(stage().nodeRed.editor.status(cancelled), 'already-cancelled');
    });

    it('shows why an order could not be cancelled', async () => {
      const order = stage().place();
      stage().exchange.books.fill(order.orderId);
      assert.equal((await press(order, not)).code, 'filled');
      assert.equal(stage().nodeRed.editor.status(not), 'filled');
    });

    it('says in words that the placeholder is no order', async () => {
      const { nodeRed } = stage();
      await nodeRed.press(idIn(EXAMPLE, 'inject', 'cancel this order'));
      const shown = await nodeRed.until('error', () => nodeRed.editor.objects(not)[1]);
      assert.equal(shown.code, 'not-found');
    });
  });
}
