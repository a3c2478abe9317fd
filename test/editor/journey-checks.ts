/** From the palette to a cancelled order: what a flow author does first. */
import assert from 'node:assert/strict';
import { DEFAULT_UID, DEMO_KEY } from '../../simulator/exchange';
import { openDialog, testConnection, type Dialog } from './dialogs';
import { waitFor } from './editor';
import { closeExport, exportText } from './menus';
import { visit, type Theatre } from './visit';

export function checkJourney(theatre: () => Theatre): void {
  describe('From the palette to a cancelled order', () => {
    const editor = visit(theatre);
    const ids = { cancel: '', inject: '', gone: '', failed: '' };

    it('drags the nodes from the palette and wires them', async () => {
      ids.inject = await editor().dragFromPalette('inject', { x: 130, y: 160 });
      ids.cancel = await editor().dragFromPalette('bybit-cancel-order', { x: 360, y: 160 });
      ids.gone = await editor().dragFromPalette('debug', { x: 620, y: 120 });
      ids.failed = await editor().dragFromPalette('debug', { x: 620, y: 220 });
      await editor().wire(ids.inject, 0, ids.cancel);
      await editor().wire(ids.cancel, 0, ids.gone);
      await editor().wire(ids.cancel, 1, ids.failed);
      const flow = await editor().flows();
      assert.deepEqual(flow.find(({ id }) => id === ids.cancel)?.wires, [[ids.gone], [ids.failed]]);
      await editor().shoot('dragged and wired');
    });

    it('tests the connection of a new account by what its dialog says', async () => {
      const cancel = await openDialog(editor(), ids.cancel);
      const account = await cancel.add('account');
      await fillAccount(account, theatre());
      await passTest(account);
      await editor().shoot('connection tested before the first deploy');
      await account.cancel();
      await cancel.cancel();
    });

    it('fills both dialogs', async () => {
      const order = theatre().exchange.books.place({ category: 'linear', symbol: 'BTCUSDT' });
      const cancel = await openDialog(editor(), ids.cancel);
      await editor().shoot('cancel node, new');
      const account = await cancel.add('account');
      await editor().shoot('account, new');
      await fillAccount(account, theatre());
      await editor().shoot('account, filled');
      await account.done();
      await cancel.fill({ name: 'cancel it', timeout: '8000' });
      await cancel.fillTyped('category', 'str', 'linear');
      await cancel.fillTyped('symbol', 'str', 'BTCUSDT');
      await cancel.fillTyped('orderId', 'str', order.orderId);
      await editor().shoot('cancel node, filled');
      await cancel.done();
      await editor().shoot('both filled');
    });

    it('deploys, sends and shows the outcome', async () => {
      await editor().openDebugSidebar();
      await editor().deploy();
      await editor().pressInject(ids.inject);
      await editor().awaitStatus(ids.cancel, 'cancelled');
      await editor().awaitDebugMessage(/outcome: "cancelled"/);
      await editor().shoot('cancelled');
      await editor().pressInject(ids.inject);
      await editor().awaitStatus(ids.cancel, 'already-cancelled');
      await editor().awaitDebugMessage(/outcome: "already-cancelled"/);
      assert.equal((await editor().debugMessages()).length, 2);
    });

    it('tests the connection by the stored key', async () => {
      const cancel = await openDialog(editor(), ids.cancel);
      const account = await cancel.edit('account');
      assert.doesNotMatch(
        await account.field('apiSecret').inputValue(),
        new RegExp(DEMO_KEY.secret),
      );
      await passTest(account);
      await editor().shoot('connection tested by the stored key');
      await account.cancel();
      await cancel.cancel();
    });

    it('forgets the answer when a field changes, and shows it in no other dialog', async () => {
      const cancel = await openDialog(editor(), ids.cancel);
      const account = await cancel.edit('account');
      const result = account.tray.locator('#bybit-config-test-result');
      const isBlank = async (): Promise<boolean> => (await result.innerText()).trim() === '';
      await passTest(account);
      await account.fill({ recvWindow: '6000' });
      assert.ok(await isBlank());
      await passTest(account);
      await account.cancel();
      const another = await cancel.add('account');
      const shown = another.tray.locator('#bybit-config-test-result');
      assert.equal((await shown.innerText()).trim(), '');
      await another.cancel();
      await cancel.cancel();
    });

    it('tries a cancel that cannot hit', async () => {
      const cancel = await openDialog(editor(), ids.cancel);
      const books = JSON.stringify(theatre().exchange.books.all());
      await cancel.tray.locator('#bybit-cancel-order-drill').click();
      const result = cancel.tray.locator('#bybit-cancel-order-drill-result');
      await waitFor(
        'what the drill says',
        async () => (await result.innerText()).includes('as it should be'),
        () => result.innerText(),
      );
      assert.match(await result.innerText(), /^not-found after \d+ ms over HTTP \(custom, linear/);
      assert.equal(JSON.stringify(theatre().exchange.books.all()), books);
      await result.scrollIntoViewIfNeeded();
      await editor().shoot('drill');
      await cancel.fill({ timeout: '7000' });
      assert.equal((await result.innerText()).trim(), '', 'it is none of what is changed since');
      await cancel.cancel();
    });

    it('shows whether the next cancel would work, as soon as that changes', async () => {
      const { exchange } = theatre();
      exchange.removeKey(DEMO_KEY.apiKey);
      await editor().pressInject(ids.inject);
      await editor().awaitStatus(ids.cancel, 'key refused');
      await editor().shoot('key refused');
      exchange.setKey(DEMO_KEY);
      await editor().awaitStatus(ids.cancel, 'ready (custom)');
    });

    it('exports no credentials', async () => {
      const text = await exportText(editor());
      await editor().shoot('export');
      await closeExport(editor());
      assert.match(text, /"bybit-config"/);
      for (const secret of [
        DEMO_KEY.apiKey,
        DEMO_KEY.secret,
        'credentials',
        'apiKey',
        'apiSecret',
      ]) {
        assert.ok(!text.includes(secret), `the export has ${secret}`);
      }
    });
  });
}

async function fillAccount(account: Dialog, { exchange }: Theatre): Promise<void> {
  await account.field('site').selectOption('custom');
  const { restUrl, streamUrl } = exchange;
  const { apiKey, secret: apiSecret } = DEMO_KEY;
  await account.fill({ name: 'simulated', restUrl, streamUrl, apiKey, apiSecret });
}

/** Finds the exchange reached and the key accepted. */
async function passTest(account: Dialog): Promise<void> {
  const result = await testConnection(account);
  const text = await result.innerText();
  assert.match(text, /127\.0\.0\.1/);
  assert.ok(text.includes(DEFAULT_UID), text);
  assert.equal(await result.locator('.bybit-line-bad').count(), 0, text);
}
