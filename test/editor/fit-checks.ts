/** The dialogs and the report of the connection test fit into their trays in small windows. */
import assert from 'node:assert/strict';
import { preview } from './all-checks';
import { openDialog, testConnection, type Dialog } from './dialogs';
import type { Editor } from './editor';
import { ACTIONS } from './stage';
import type { PageElement } from './red';

/** px; small ones, the larger first */
export const WIDTHS = [1024, 800] as const;
export const HEIGHT = 700;
/** px that rounding may add */
const TOLERANCE = 1;

type Room = (typeof ACTIONS)[number] | 'bybit-config';
type Look = (dialog: Dialog, room: Room) => Promise<void>;

/**
 * Each dialog is opened once for all that is looked at: opening them takes most of the time.
 * @param also what else each dialog is looked at for
 */
export async function checkWidth(
  editor: Editor,
  width: number,
  language: string,
  also: Look = () => Promise.resolve(),
): Promise<void> {
  await editor.page.setViewportSize({ width, height: HEIGHT });
  const name = (part: string): string => `${part}, ${width} px, ${language}`;
  const look = async (dialog: Dialog, part: string): Promise<void> => {
    assert.deepEqual(await tooWide(dialog), [], name(part));
    // The narrowest is the one to look at.
    if (width === Math.min(...WIDTHS)) await editor.shoot(name(part));
  };
  for (const action of ACTIONS) {
    const dialog = await openDeployed(editor, action);
    await look(dialog, action);
    if (action === 'bybit-cancel-all') await checkPreview(dialog, look, name);
    if (action === 'bybit-cancel-order') {
      const account = await dialog.edit('account');
      await checkAccount(account, look, name, also);
      await account.cancel();
    }
    // Last: the help takes the sidebar.
    await also(dialog, action);
    await dialog.cancel();
  }
}

type LookAt = (dialog: Dialog, part: string) => Promise<void>;

async function checkAccount(
  account: Dialog,
  look: LookAt,
  name: (part: string) => string,
  also: Look,
): Promise<void> {
  await look(account, 'account');
  await seenWhole(account, '#bybit-config-test', name('the button'));
  await also(account, 'bybit-config');
  await testConnection(account);
  await look(account, 'report');
  await seenWhole(account, '#bybit-config-test-result', name('the report'));
  await account.fill({ restUrl: 'http://192.0.2.1', recvWindow: '0' });
  await testConnection(account);
  await look(account, 'report of problems');
}

async function checkPreview(
  all: Dialog,
  look: LookAt,
  name: (part: string) => string,
): Promise<void> {
  await seenWhole(all, '#bybit-cancel-all-preview', name('the button of the preview'));
  await seenWhole(all, '#bybit-cancel-all-scope', name('the sentence of the scope'));
  await preview(all);
  await look(all, 'preview');
  await seenWhole(all, '#bybit-cancel-all-preview-result', name('the preview'));
}

async function openDeployed(editor: Editor, action: string): Promise<Dialog> {
  const node = (await editor.nodes(action)).find((one) => !one.changed);
  assert.ok(node, `a deployed ${action} to open`);
  return openDialog(editor, node.id);
}

/** Nobody has to scroll for it. */
async function seenWhole({ editor, tray }: Dialog, part: string, what: string): Promise<void> {
  const box = await editor.box(tray.locator(part));
  const view = await editor.box(tray.locator('.red-ui-tray-body-wrapper'));
  const above = box.y >= view.y - TOLERANCE;
  const below = box.y + box.height <= view.y + view.height + TOLERANCE;
  assert.ok(above && below, `${what} needs scrolling`);
  const hidden = await tray
    .locator(part)
    .evaluate((element) => element.scrollHeight - element.clientHeight);
  assert.ok(hidden <= TOLERANCE, `${hidden} px of ${what} need scrolling`);
}

/** @returns what reaches over the edge of the tray, and by how many px */
async function tooWide({ tray }: Dialog): Promise<string[]> {
  const body = tray.locator('.red-ui-tray-body-wrapper');
  const found = await body.evaluate((root) => {
    const edge = (root as unknown as PageElement).getBoundingClientRect();
    const inside = [...(root as unknown as PageElement).querySelectorAll('form, form *')];
    return inside
      .filter((element) => element.getClientRects().length > 0)
      .map((element) => {
        const { left, right } = element.getBoundingClientRect();
        const text = (element.getAttribute('id') ?? '') || (element.textContent ?? '').trim();
        const over = Math.max(edge.left - left, right - edge.right);
        return { over, text: `${element.tagName} ${text.slice(0, 40)}` };
      });
  });
  assert.ok(found.length > 20);
  return found
    .filter(({ over }) => over > TOLERANCE)
    .map(({ over, text }) => `${text}: ${Math.round(over)} px`);
}
