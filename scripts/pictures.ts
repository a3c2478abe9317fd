/**
 * `npm run pictures`: takes the pictures of README anew, in Node-RED 5, light and dark. They go to
 * `docs/pictures`, or to the folder that is given.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { decode, encode, toRGBA8 } from 'upng-js';
import { findChromium, startBrowser } from '../test/editor/browser';
import { openDialog, type Dialog } from '../test/editor/dialogs';
import { Editor, waitFor } from '../test/editor/editor';
import { importText, switchTheme } from '../test/editor/menus';
import type { FlowNode } from '../test/editor/red';
import { pack, RUNTIMES, setUp, type Stage } from '../test/editor/stage';
import { DEMO_KEY, type Exchange } from '../simulator/exchange';
import { root } from '../test/package/commands';

const folder = resolve(process.argv[2] ?? join(root, 'docs', 'pictures'));
/** Bytes; README is read over the network. */
const MOST = 150_000;
/** Most that the palette of a PNG can have. */
const COLOURS = 256;
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function main(): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('There is no Chromium.');
  await mkdir(folder, { recursive: true });
  const temp = await mkdtemp(join(tmpdir(), 'cancel-order-pictures-'));
  const browser = await startBrowser(chromium);
  let stage: Stage | undefined;
  try {
    stage = await startDemo(temp);
    await playStories(browser, stage);
    for (const theme of THEMES) await take(browser, stage, theme);
  } finally {
    await stage?.close();
    await browser.close();
    await rm(temp, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The demo's flow on a simulated exchange. */
async function startDemo(temp: string): Promise<Stage> {
  const path = join(root, 'scripts', 'demo', 'flow.json');
  const flow = JSON.parse(await readFile(path, 'utf8')) as FlowNode[];
  const account = flow.find(({ type }) => type === 'bybit-config')?.id ?? '';
  const { apiKey, secret: apiSecret } = DEMO_KEY;
  const env = ({ restUrl, streamUrl }: Exchange) => ({
    BYBIT_DEMO_REST_URL: restUrl,
    BYBIT_DEMO_STREAM_URL: streamUrl,
  });
  const credentials = { [account]: { apiKey, apiSecret } };
  const tarball = await pack(temp);
  return setUp({ runtime: RUNTIMES[1], tarball, folder: temp, flow, credentials, env });
}

/** The grid would be most of the bytes; what pops up would lie over the rest. */
const STYLE = '.red-ui-workspace-chart-grid, #red-ui-notifications { display: none }';

async function take(browser: Browser, { url }: Stage, theme: Theme): Promise<void> {
  const viewport = { width: 1900, height: 1150 };
  const view = { album: 'pictures', viewport, deviceScaleFactor: 2 };
  const editor = await Editor.open(browser, url, view);
  await switchTheme(editor, theme);
  await editor.page.addStyleTag({ content: STYLE });
  await takeFlow(editor, theme);
  await takeTest(editor, theme);
  await takeDialogs(editor, theme);
  await editor.close();
}

/** The demo's buttons, and the status that tells that their story is over. */
const STORIES = [
  { button: 'i-place', node: 'x-main', status: undefined },
  { button: 'i-cancel', node: 'x-main', status: 'cancelled' },
  { button: 'i-fill', node: 'x-others', status: 'filled' },
  { button: 'i-hide', node: 'x-hide', status: 'unconfirmed' },
  { button: 'i-list', node: 'x-list', status: 'cancelled 25' },
  { button: 'i-grid', node: 'x-clear', status: undefined },
  { button: 'i-dry', node: 'x-dry', status: 'listed 60' },
  { button: 'i-clear', node: 'x-clear', status: 'cancelled 60' },
] as const;

/** Their statuses stay for whoever opens the editor later. */
async function playStories(browser: Browser, { url, exchange }: Stage): Promise<void> {
  const editor = await Editor.open(browser, url, { album: 'pictures' });
  await editor.openDebugSidebar();
  for (const { button, node, status } of STORIES) {
    await editor.pressInject(button);
    if (status !== undefined) await editor.awaitStatus(node, status);
    else if (button === 'i-place') await editor.awaitDebugMessage(/orderId/);
    else await waitFor('the grid', () => exchange.books.all().length > 60);
  }
  await editor.close();
}

async function takeFlow(editor: Editor, theme: Theme): Promise<void> {
  for (const { node, status } of STORIES) {
    if (status !== undefined) await editor.awaitStatus(node, status);
  }
  const played = (await editor.flows()).filter(
    ({ type, nodes }) =>
      type === 'group' && STORIES.some(({ node }) => (nodes as string[]).includes(node)),
  );
  const groups = played.map(({ id }) => editor.inWorkspace(id).first());
  await shoot(editor, `flow-${theme}`, await around(editor, groups, 8));
}

/** The connection test of the demo's account. */
async function takeTest(editor: Editor, theme: Theme): Promise<void> {
  const cancel = await openDialog(editor, 'x-main');
  const account = await cancel.edit('account');
  const button = account.tray.locator('#bybit-config-test');
  const result = account.tray.locator('#bybit-config-test-result');
  await button.click();
  await result.locator('.bybit-line-good').first().waitFor();
  const rows = [account.tray.locator('.form-row:has(#bybit-config-test)'), result];
  await shoot(editor, `connection-test-${theme}`, await around(editor, rows, 12));
  await account.cancel();
  await cancel.cancel();
}

/** All dialogs as they are at first, with a key typed in. */
async function takeDialogs(editor: Editor, theme: Theme): Promise<void> {
  await importText(editor, beginning);
  const open = async (type: string, wanted: string): Promise<Dialog> => {
    const node = (await editor.nodes(type)).find(({ name }) => name === wanted);
    return openDialog(editor, node?.id ?? '');
  };
  const first = await open('bybit-cancel-order', NAME);
  const account = await first.edit('account');
  await account.fill({ apiKey: DEMO_KEY.apiKey, apiSecret: DEMO_KEY.secret });
  await account.field('apiSecret').blur();
  await shootDialog(account, `account-${theme}`);
  await account.done();
  await first.done();
  for (const [type, wanted, name] of ACTIONS) {
    const dialog = await open(type, wanted);
    await shootDialog(dialog, `${name}-${theme}`);
    await dialog.cancel();
  }
}

const NAME = 'cancel this order';
const LIST = 'cancel these orders';
const SCOPE = 'cancel all entries';
/** Type, name, picture. */
const ACTIONS = [
  ['bybit-cancel-order', NAME, 'cancel-order'],
  ['bybit-cancel-orders', LIST, 'cancel-orders'],
  ['bybit-cancel-all', SCOPE, 'cancel-all'],
] as const;
/** Properties that are left out are shown by their defaults. */
const beginning = [
  { id: 'pictures-tab', type: 'tab', label: 'first' },
  {
    ...{ id: 'pictures-account', type: 'bybit-config', name: 'my account', tls: '', proxy: '' },
    ...{ site: 'bybit.com', testnet: true, restUrl: '', streamUrl: '', recvWindow: 5000 },
    transport: 'http',
  },
  {
    ...{ id: 'pictures-cancel', type: 'bybit-cancel-order', z: 'pictures-tab', name: NAME },
    ...{ account: 'pictures-account', x: 300, y: 100, wires: [[], []] },
    ...{ category: 'linear', categoryType: 'str', symbol: 'BTCUSDT', symbolType: 'str' },
    ...{ orderId: 'payload.orderId', orderIdType: 'msg' },
    ...{ orderLinkId: 'payload.orderLinkId', orderLinkIdType: 'msg' },
    ...{ orderFilter: 'payload.orderFilter', orderFilterType: 'msg' },
    ...{ confirm: true, timeout: 10_000 },
  },
  {
    ...{ id: 'pictures-list', type: 'bybit-cancel-orders', z: 'pictures-tab', name: LIST },
    ...{ account: 'pictures-account', x: 300, y: 180, wires: [[], []] },
    ...{ orders: 'payload.orders', ordersType: 'msg', timeout: 30_000 },
    ...{ category: 'linear', categoryType: 'str', symbol: 'BTCUSDT', symbolType: 'str' },
  },
  {
    ...{ id: 'pictures-scope', type: 'bybit-cancel-all', z: 'pictures-tab', name: SCOPE },
    ...{ account: 'pictures-account', x: 300, y: 260, wires: [[], []] },
    ...{ category: 'linear', categoryType: 'str', symbol: 'BTCUSDT', symbolType: 'str' },
  },
];

/** The dialog from its title to its last row. */
async function shootDialog({ editor, tray }: Dialog, name: string): Promise<void> {
  const rows = await tray.locator('form .form-row:visible, form .form-tips:visible').all();
  const { x, y, width } = await editor.box(tray.locator('.red-ui-tray-wrapper'));
  const end = await around(editor, rows, 16);
  await shoot(editor, name, { x, y, width, height: end.y + end.height - y });
}

async function around(editor: Editor, parts: readonly Locator[], margin: number): Promise<Clip> {
  const boxes = await Promise.all(parts.map((part) => editor.box(part)));
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const size = { width: right - x + 2 * margin, height: bottom - y + 2 * margin };
  return { x: x - margin, y: y - margin, ...size };
}

async function shoot({ page }: Editor, name: string, clip: Clip): Promise<void> {
  const path = join(folder, `${name}.png`);
  // What the mouse points at is lit up.
  await page.mouse.move(0, 0);
  const picture = shrink(await page.screenshot({ clip, animations: 'disabled' }));
  if (picture.length > MOST) throw new Error(`${path} has ${picture.length} bytes.`);
  await writeFile(path, picture);
  console.log(`${relative(root, path)}  ${Math.ceil(picture.length / 1000)} kB`);
}

/** A palette in place of full colours takes less than half the bytes, and looks the same here. */
function shrink(screenshot: Buffer): Buffer {
  const image = decode(Uint8Array.from(screenshot).buffer);
  return Buffer.from(encode(toRGBA8(image), image.width, image.height, COLOURS));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
