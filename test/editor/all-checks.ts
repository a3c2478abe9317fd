/** From the palette to a scope that is empty: what the dialog says of it, its preview, and the sweep. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Order } from '../../simulator/exchange';
import { openDialog, type Dialog } from './dialogs';
import { waitFor } from './editor';
import { visit, type Theatre } from './visit';

/** The account of the first journey. */
const ACCOUNT = 'simulated';
/** No other journey has orders of it. */
const PLACE = { category: 'linear', symbol: 'ETHUSDT' } as const;

export function checkAll(theatre: () => Theatre): void {
  describe('From the palette to a scope that is empty', () => {
    const editor = visit(theatre);
    const ids = { cancel: '', inject: '', report: '' };
    let entries: readonly Order[];
    let protection: Order;

    it('drags the nodes from the palette and wires them', async () => {
      ids.inject = await editor().dragFromPalette('inject', { x: 130, y: 480 });
      ids.cancel = await editor().dragFromPalette('bybit-cancel-all', { x: 360, y: 480 });
      ids.report = await editor().dragFromPalette('debug', { x: 620, y: 480 });
      await editor().wire(ids.inject, 0, ids.cancel);
      for (const output of [0, 1]) await editor().wire(ids.cancel, output, ids.report);
    });

    it('says in the dialog what the scope comes to, whatever changes', async () => {
      const { books } = theatre().exchange;
      entries = Array.from({ length: 3 }, () => books.place(PLACE));
      protection = books.place({ ...PLACE, reduceOnly: true });
      const dialog = await openDialog(editor(), ids.cancel);
      const scope = dialog.tray.locator('#bybit-cancel-all-scope');
      assert.match(await scope.innerText(), /symbol or coin in msg\.payload\.symbol, msg\.payload/);
      await editor().shoot('cancel all, new');
      await dialog.tray.locator('#bybit-cancel-all-preview').scrollIntoViewIfNeeded();
      assert.match(await preview(dialog), /needs a fixed category/);
      await dialog.fillTyped('category', 'str', 'linear');
      await dialog.fillTyped('symbol', 'str', '*');
      await dialog.field('kinds').selectOption('all');
      await dialog.field('which').selectOption('until-empty');
      assert.match(await scope.innerText(), /^All orders of every symbol \(linear\), stops and/);
      await editor().shoot('cancel all, dangers');
      await dialog.fillTyped('symbol', 'str', PLACE.symbol);
      await dialog.field('kinds').selectOption('entries');
      await dialog.field('which').selectOption('snapshot');
      assert.match(await scope.innerText(), /^Entries of ETHUSDT \(linear\) that were placed/);
      const account = (await editor().nodes('bybit-config')).find(({ name }) => name === ACCOUNT);
      await dialog.field('account').selectOption(account?.id ?? '');
      await dialog.done();
      const node = (await editor().nodes()).find(({ id }) => id === ids.cancel);
      assert.deepEqual(node?.validationErrors, []);
    });

    it('shows the scope on the node', async () => {
      const label = editor().inWorkspace(ids.cancel).locator('.red-ui-flow-node-label');
      const words = async (): Promise<string> => (await label.allTextContents()).join(' ');
      await waitFor('label', async () => (await words()).includes('all linear ETHUSDT, entries'));
      await editor().shoot('cancel all, on the canvas');
    });

    it('previews what it would cancel, and cancels nothing', async () => {
      const dialog = await openDialog(editor(), ids.cancel);
      const told = await preview(dialog);
      assert.match(told, /Open orders that would be cancelled: 3/);
      assert.match(told, /Open orders that would stay: protection × 1/);
      await editor().shoot('cancel all, preview');
      await dialog.field('kinds').selectOption('all');
      assert.equal((await result(dialog).innerText()).trim(), '', 'it is forgotten');
      assert.match(await preview(dialog), /Orders among them that protect a position: 1/);
      await dialog.field('kinds').selectOption('entries');
      await dialog.fill({ name: 'cancel all of it' });
      await dialog.done();
      assert.ok([...entries, protection].every(({ closedBy }) => closedBy === undefined));
    });

    it('deploys, and leaves nothing that matches', async () => {
      await editor().openDebugSidebar();
      await editor().deploy();
      // Known now, so that nothing takes the place of the outcome.
      await editor().awaitStatus(ids.cancel, 'ready (custom)');
      await editor().pressInject(ids.inject);
      await editor().awaitStatus(ids.cancel, 'cancelled 3');
      await editor().awaitDebugMessage(/outcome: "cancelled", counts: object, orders: array\[3\]/);
      await editor().shoot('cancel all, cancelled');
      assert.ok(entries.every(({ closedBy }) => closedBy === 'cancel'));
      assert.equal(protection.closedBy, undefined);
    });
  });
}

const result = ({ tray }: Dialog): Locator => tray.locator('#bybit-cancel-all-preview-result');

/** Presses the button. @returns what it shows, once it is whole */
export async function preview(dialog: Dialog): Promise<string> {
  await dialog.tray.locator('#bybit-cancel-all-preview').click();
  const shown = result(dialog);
  const isOver = async (): Promise<boolean> =>
    (await shown.locator('li').count()) > 0 && (await shown.locator('.fa-spinner').count()) === 0;
  await waitFor('result of the preview', isOver, () => shown.innerText());
  return shown.innerText();
}
