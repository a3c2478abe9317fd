/** An account without key or secret is marked before the first message comes, and real money too. */
import assert from 'node:assert/strict';
import { openDialog, type Dialog } from './dialogs';
import { waitFor } from './editor';
import { importText } from './menus';
import type { NodeState } from './red';
import { visit, type Theatre } from './visit';

const NAME = 'without a key';
const KEY = '${CHECK_KEY}';

const flow = [
  { id: 'keys-tab', type: 'tab', label: NAME },
  {
    ...{ id: 'keys-account', type: 'bybit-config', name: NAME, tls: '', proxy: '' },
    ...{ site: 'bybit.com', testnet: true, restUrl: '', streamUrl: '', recvWindow: 5000 },
    transport: 'http',
  },
  {
    ...{ id: 'keys-cancel', type: 'bybit-cancel-order', z: 'keys-tab', name: NAME },
    ...{ account: 'keys-account', category: 'linear', categoryType: 'str' },
    ...{ symbol: 'BTCUSDT', symbolType: 'str', x: 300, y: 100, wires: [[], []] },
    ...{ orderId: 'payload.orderId', orderIdType: 'msg' },
    ...{ orderLinkId: 'payload.orderLinkId', orderLinkIdType: 'msg' },
    ...{ orderFilter: 'payload.orderFilter', orderFilterType: 'msg', confirm: true, timeout: 9000 },
  },
];

export function checkKeys(theatre: () => Theatre): void {
  describe('The keys of an account', () => {
    const editor = visit(theatre);

    const find = async (type: string): Promise<NodeState> => {
      const node = (await editor().nodes(type)).find(({ name }) => name === NAME);
      assert.ok(node, type);
      return node;
    };
    const errors = async (): Promise<string[]> =>
      [await find('bybit-config'), await find('bybit-cancel-order')].flatMap(
        ({ validationErrors = [] }) => validationErrors,
      );
    const awaitErrors = (count: number): Promise<void> =>
      waitFor(
        `${count} marks`,
        async () => (await errors()).length === count,
        async () => (await errors()).join('\n'),
      );
    const edit = async (change: (account: Dialog) => Promise<void>): Promise<void> => {
      const cancel = await openDialog(editor(), (await find('bybit-cancel-order')).id);
      const account = await cancel.edit('account');
      await change(account);
      await account.done();
      await cancel.done();
    };
    const isMarked = async (account: Dialog, field: string): Promise<boolean> =>
      ((await account.field(field).getAttribute('class')) ?? '').includes('input-error');

    it('are missed where a flow was imported without them', async () => {
      await importText(editor(), flow);
      await awaitErrors(3);
      const [key, secret, account] = await errors();
      assert.match(key!, /^The API key \(apiKey\) is missing/);
      assert.match(secret!, /^The API secret \(apiSecret\) is missing/);
      assert.match(account!, /^Account can't be used as it is set\. The API key/);
      await editor().shoot('account without a key');
    });

    it('are no longer missed once they are entered, by variables too', async () => {
      await edit(async (account) => {
        assert.ok(await isMarked(account, 'apiSecret'));
        await account.fill({ apiKey: KEY });
        await account.field('apiKey').blur();
        assert.ok(!(await isMarked(account, 'apiKey')));
      });
      await awaitErrors(2);
      await edit((account) => account.fill({ apiSecret: 'a secret' }));
      await awaitErrors(0);
    });

    it('are known after a deploy and a reload, and missed once they are cleared', async () => {
      await editor().deploy();
      await awaitErrors(0);
      await editor().reload();
      await awaitErrors(0);
      await edit((account) => account.fill({ apiSecret: '' }));
      await awaitErrors(2);
    });

    it('of the mainnet are marked in the dialog and in the label', async () => {
      await edit(async (account) => {
        const mark = account.tray.locator('.bybit-config-mainnet');
        assert.equal(await mark.count(), 0);
        await account.field('testnet').uncheck();
        assert.match(await mark.innerText(), /real money/);
        await editor().shoot('account on the mainnet');
      });
      const cancel = await openDialog(editor(), (await find('bybit-cancel-order')).id);
      const chosen = cancel.field('account').locator('option:checked');
      assert.equal(await chosen.innerText(), `${NAME} (MAINNET)`);
      await cancel.cancel();
    });
  });
}
