/** What a dialog leaves behind: nothing that was not meant. */
import assert from 'node:assert/strict';
import { openDialog, type Dialog } from './dialogs';
import type { Editor } from './editor';
import { importText } from './menus';
import type { FlowNode } from './red';
import { variables, type Variable } from './stage';
import { visit, type Theatre } from './visit';

const NAME = 'by variables';

const named = (variable: Variable): string => `\${${variable}}`;

/** A flow where each field that can name an environment variable names one. */
const byVariables = [
  { id: 'variables-tab', type: 'tab', label: NAME },
  {
    ...{ id: 'variables-account', type: 'bybit-config', name: NAME, tls: '', proxy: '' },
    ...{ site: named('CHECK_SITE'), testnet: named('CHECK_TESTNET') },
    ...{ restUrl: named('CHECK_REST'), streamUrl: named('CHECK_STREAM') },
    ...{ recvWindow: named('CHECK_WINDOW'), transport: named('CHECK_TRANSPORT') },
    symbols: named('CHECK_ONLY'),
  },
  {
    ...{ id: 'variables-inject', type: 'inject', z: 'variables-tab', name: NAME, x: 120, y: 100 },
    ...{ props: [{ p: 'payload' }], payload: '', payloadType: 'date', topic: '' },
    ...{ repeat: '', crontab: '', once: false, onceDelay: 0.1 },
    wires: [['variables-cancel']],
  },
  {
    ...{ id: 'variables-cancel', type: 'bybit-cancel-order', z: 'variables-tab', name: NAME },
    account: 'variables-account',
    ...{ category: named('CHECK_CATEGORY'), categoryType: 'str' },
    ...{ symbol: 'CHECK_SYMBOL', symbolType: 'env' },
    ...{ orderId: 'payload.orderId', orderIdType: 'msg' },
    ...{ orderLinkId: named('CHECK_LINK_ID'), orderLinkIdType: 'str' },
    ...{ orderFilter: 'payload.orderFilter', orderFilterType: 'msg' },
    ...{ confirm: named('CHECK_CONFIRM'), timeout: named('CHECK_TIMEOUT') },
    ...{ x: 340, y: 100, wires: [[], []] },
  },
  {
    ...{ id: 'variables-list', type: 'bybit-cancel-orders', z: 'variables-tab', name: NAME },
    ...{ account: 'variables-account', orders: 'CHECK_ORDERS', ordersType: 'env' },
    ...{ category: named('CHECK_CATEGORY'), categoryType: 'str' },
    ...{ symbol: named('CHECK_SYMBOL'), symbolType: 'str' },
    ...{ timeout: named('CHECK_TIMEOUT'), x: 340, y: 180, wires: [[], []] },
  },
  {
    ...{ id: 'variables-all', type: 'bybit-cancel-all', z: 'variables-tab', name: NAME },
    ...{ account: 'variables-account', category: named('CHECK_CATEGORY'), categoryType: 'str' },
    ...{ symbol: named('CHECK_SYMBOL'), symbolType: 'str' },
    ...{ baseCoin: 'CHECK_COIN', baseCoinType: 'env', settleCoin: '', settleCoinType: 'str' },
    ...{ kinds: named('CHECK_KINDS'), which: named('CHECK_WHICH') },
    ...{ side: 'CHECK_SIDE', sideType: 'env', orderLinkIdPrefix: '', orderLinkIdPrefixType: 'str' },
    ...{ placedBefore: 'CHECK_TIME', placedBeforeType: 'env', atMost: named('CHECK_MOST') },
    ...{ dryRun: named('CHECK_DRY'), timeout: named('CHECK_TIMEOUT') },
    ...{ x: 340, y: 260, wires: [[], []] },
  },
];

/** Of the journeys. */
const NODES = [
  ['bybit-cancel-order', 'cancel it'],
  ['bybit-cancel-orders', 'cancel them'],
  ['bybit-cancel-all', 'cancel all of it'],
] as const;

export function checkDialogs(theatre: () => Theatre): void {
  describe('The dialogs', () => {
    const editor = visit(theatre);
    const find = async (type: string, name: string): Promise<string> => {
      const node = (await editor().nodes(type)).find((one) => one.name === name);
      assert.ok(node, `${type} "${name}"`);
      return node.id;
    };

    for (const how of ['done', 'cancel'] as const) {
      it(`leave nodes as they were when nothing was changed, by ${how}`, async () => {
        for (const [type, name] of NODES) {
          const id = await find(type, name);
          await keepsAll(editor(), () => openAndLeave(editor(), id, how));
          assert.deepEqual(await editor().changed(), [], type);
        }
      });
    }

    it('keep the name of an environment variable in every field', async () => {
      await importText(editor(), byVariables);
      const [first, ...others] = await Promise.all(NODES.map(([type]) => find(type, NAME)));
      await keepsAll(editor(), () => openAndLeave(editor(), first!, 'done', enterKey));
      await editor().deploy();
      for (const id of [first!, ...others]) {
        await keepsAll(editor(), () => openAndLeave(editor(), id, 'done'));
      }
      assert.deepEqual(await editor().changed(), []);
    });

    it('with all fields named by variables, cancels an order', async () => {
      const { exchange } = theatre();
      const orderLinkId = variables(exchange).CHECK_LINK_ID;
      exchange.books.place({ category: 'linear', symbol: 'BTCUSDT', orderLinkId });
      await editor().pressInject(await find('inject', NAME));
      await editor().awaitStatus(await find('bybit-cancel-order', NAME), 'cancelled');
      await editor().shoot('cancelled with all fields by variables');
    });

    async function enterKey(account: Dialog): Promise<void> {
      await editor().shoot('account by variables');
      await account.fill({ apiKey: named('CHECK_KEY'), apiSecret: named('CHECK_SECRET') });
    }
  });
}

/** Opens an action's dialog and its account's in turn, and leaves both by a button. */
async function openAndLeave(
  editor: Editor,
  id: string,
  how: 'done' | 'cancel',
  meanwhile?: (account: Dialog) => Promise<void>,
): Promise<void> {
  const cancel = await openDialog(editor, id);
  const account = await cancel.edit('account');
  await meanwhile?.(account);
  await account[how]();
  await cancel[how]();
}

/** The flows are exported after it as they were before. */
async function keepsAll(editor: Editor, action: () => Promise<void>): Promise<void> {
  const before = byId(await editor.flows());
  await action();
  assert.deepEqual(byId(await editor.flows()), before);
}

const byId = (flow: readonly FlowNode[]): Record<string, FlowNode> =>
  Object.fromEntries(flow.map((node) => [node.id, node]));
