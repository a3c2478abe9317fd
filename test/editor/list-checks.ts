/** From the palette to the orders of a list that are cancelled, and the report of them. */
import assert from 'node:assert/strict';
import { openDialog, type Dialog } from './dialogs';
import { visit, type Theatre } from './visit';

/** The account of the first journey. */
const ACCOUNT = 'simulated';

export function checkLists(theatre: () => Theatre): void {
  describe('From the palette to the cancelled orders of a list', () => {
    const editor = visit(theatre);
    const ids = { cancel: '', inject: '', report: '' };

    it('drags the nodes from the palette and wires them', async () => {
      ids.inject = await editor().dragFromPalette('inject', { x: 130, y: 340 });
      ids.cancel = await editor().dragFromPalette('bybit-cancel-orders', { x: 360, y: 340 });
      ids.report = await editor().dragFromPalette('debug', { x: 620, y: 340 });
      await editor().wire(ids.inject, 0, ids.cancel);
      for (const output of [0, 1]) await editor().wire(ids.cancel, output, ids.report);
      const flow = await editor().flows();
      const cancel = flow.find(({ id }) => id === ids.cancel);
      assert.deepEqual(cancel?.wires, [[ids.report], [ids.report]]);
      await editor().shoot('list node, dragged and wired');
    });

    it('fills the dialog: ids come as an array, the symbol as TradingView writes it', async () => {
      const { books } = theatre().exchange;
      const orders = Array.from({ length: 3 }, () =>
        books.place({ category: 'linear', symbol: 'BTCUSDT' }),
      );
      const inject = await openDialog(editor(), ids.inject);
      await setPayload(inject, JSON.stringify(orders.map(({ orderId }) => orderId)));
      await inject.done();
      const cancel = await openDialog(editor(), ids.cancel);
      await editor().shoot('list node, new');
      const account = (await editor().nodes('bybit-config')).find(({ name }) => name === ACCOUNT);
      await cancel.field('account').selectOption(account?.id ?? '');
      await cancel.fill({ name: 'cancel them' });
      await cancel.fillTyped('symbol', 'str', 'BYBIT:BTCUSDT.P');
      await editor().shoot('list node, filled');
      await cancel.done();
      const node = (await editor().nodes()).find(({ id }) => id === ids.cancel);
      assert.deepEqual(node?.validationErrors, []);
    });

    it('deploys, shows how far it is, then the outcome', async () => {
      await editor().openDebugSidebar();
      await editor().deploy();
      const { faults } = theatre().exchange;
      faults.add({ kind: 'delay', ms: 1500, processing: 'late', on: 'order/cancel' });
      await editor().pressInject(ids.inject);
      await editor().awaitStatus(ids.cancel, 'cancelling 2/3');
      await editor().shoot('list, two of three');
      await editor().awaitStatus(ids.cancel, 'cancelled 3');
      await editor().awaitDebugMessage(/outcome: "cancelled", counts: object, orders: array\[3\]/);
      await editor().shoot('list, cancelled');
    });
  });
}

/** Has the inject node send this JSON as the payload, which is its first property. */
async function setPayload({ editor, tray }: Dialog, json: string): Promise<void> {
  const row = tray.locator('#node-input-property-container li').first();
  await row.locator('.red-ui-typedInput-type-select').last().click();
  await editor.page.locator('.red-ui-typedInput-options:visible [value="json"]').click();
  await row.locator('.red-ui-typedInput-input:visible').last().fill(json);
}
