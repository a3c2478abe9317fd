/** What the dialogs find wrong before a message comes: in the workspace, and while one types. */
import assert from 'node:assert/strict';
import { openDialog } from './dialogs';
import { waitFor } from './editor';
import { importText } from './menus';
import { visit, type Theatre } from './visit';

const TRADING_VIEW = { symbol: 'BYBIT:BTCUSDT.P', symbolType: 'str' };
const fixed = (category: string) => ({ category, categoryType: 'str' });

interface Case {
  readonly type: string;
  readonly what: string;
  readonly properties: object;
  /** absent: it is valid */
  readonly problem?: RegExp;
}

const INSTRUMENTS: readonly Omit<Case, 'type'>[] = [
  { what: 'as a new one', properties: {} },
  { what: "TradingView's symbol", properties: { ...TRADING_VIEW } },
  { what: "TradingView's symbol, blank category", properties: { ...TRADING_VIEW, ...fixed('') } },
  {
    what: "TradingView's symbol, same category",
    properties: { ...TRADING_VIEW, ...fixed('linear') },
  },
  {
    what: "TradingView's symbol, another category",
    properties: { ...TRADING_VIEW, ...fixed('inverse') },
    problem: /"BYBIT:BTCUSDT\.P", which is of the category linear, but the category is inverse/,
  },
];

const CASES: readonly Case[] = [
  ...['bybit-cancel-order', 'bybit-cancel-orders', 'bybit-cancel-all'].flatMap((type) =>
    INSTRUMENTS.map((one) => ({ type, ...one })),
  ),
  {
    type: 'bybit-cancel-orders',
    what: 'no orders',
    properties: { orders: '', ordersType: 'msg' },
    problem: /^Say where the list of orders comes from/,
  },
  {
    type: 'bybit-cancel-orders',
    what: 'a text as orders',
    properties: { orders: 'a, b', ordersType: 'str' },
    problem: /^A text is not a list of orders/,
  },
  ...ofAll(
    { what: 'as a new one with a limit', properties: { atMost: '20' } },
    {
      what: 'no place',
      properties: { symbol: '', baseCoin: '', settleCoin: '' },
      problem: /^Give a symbol, a base coin or a settle coin/,
    },
    {
      what: 'a settle coin for spot',
      properties: { ...fixed('spot'), settleCoin: 'USDT', settleCoinType: 'str' },
      problem: /^Spot has no settle coins/,
    },
    {
      what: 'an unknown side',
      properties: { side: 'long', sideType: 'str' },
      problem: /^Side is "long", but must be one of Buy, Sell/,
    },
    {
      what: 'a time without a zone',
      properties: { placedBefore: '2026-01-31T12:00:00', placedBeforeType: 'str' },
      problem: /^Placed before is no time/,
    },
    { what: 'unknown kinds', properties: { kinds: 'some' }, problem: /^Kinds must be one of/ },
    { what: 'a limit that is none', properties: { atMost: 'few' }, problem: /^At most must be/ },
  ),
];

function ofAll(...cases: readonly Omit<Case, 'type'>[]): readonly Case[] {
  return cases.map((one) => ({ type: 'bybit-cancel-all', ...one }));
}

const nameOf = ({ type, what }: Case): string => `${type}: ${what}`;

export function checkValidation(theatre: () => Theatre): void {
  describe('The settings of a node', () => {
    const editor = visit(theatre);
    const find = async (name: string) =>
      (await editor().nodes()).find((node) => node.name === name && node.type !== 'tab');

    before('import a node for each', async () => {
      // Of the first journey.
      const account = (await editor().nodes('bybit-config')).find(
        ({ name }) => name === 'simulated',
      );
      assert.ok(account?.valid);
      const tab = { id: 'validation-tab', type: 'tab', label: 'validation' };
      const nodes = CASES.map((one, i) => ({
        ...{ id: `validation-${i}`, type: one.type, z: tab.id, name: nameOf(one) },
        ...{ account: account.id, x: 300, y: 60 + 60 * i, wires: [[], []] },
        ...one.properties,
      }));
      await importText(editor(), [tab, ...nodes]);
    });

    for (const one of CASES) {
      const name = nameOf(one);
      it(`${name}: ${one.problem === undefined ? 'valid' : 'its mark says what is wrong'}`, async () => {
        const marks = async () => (await find(name))?.validationErrors ?? [];
        await waitFor('verdict', async () => (await find(name))?.valid === !one.problem);
        const [problem = '', ...more] = await marks();
        assert.deepEqual(more, []);
        assert.match(problem, one.problem ?? /^$/);
      });
    }

    it('are checked while one types, with the reason where the mouse is', async () => {
      const node = await find('bybit-cancel-orders: as a new one');
      const dialog = await openDialog(editor(), node?.id ?? '');
      const orders = dialog.tray.locator('.form-row:has(#node-input-orders)');
      const mark = orders.locator('.red-ui-typedInput-container.input-error');
      assert.equal(await mark.count(), 0);
      await dialog.fillTyped('orders', 'str', 'a, b');
      await mark.waitFor();
      await mark.hover();
      const reason = editor().page.locator('.red-ui-popover', { hasText: 'not a list of orders' });
      await reason.waitFor();
      await editor().shoot('a text as orders');
      await dialog.fillTyped('orders', 'msg', 'payload.orders');
      await mark.waitFor({ state: 'detached' });
      await dialog.cancel();
    });
  });
}
