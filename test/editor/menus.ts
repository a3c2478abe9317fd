/** What the editor's menu offers: import, export, settings. */
import type { Locator } from 'playwright-core';
import { waitFor, type Editor } from './editor';

const CLIPBOARD = '#red-ui-clipboard-dialog';

async function choose(editor: Editor, item: string): Promise<void> {
  await editor.page.locator('#red-ui-header-button-sidemenu').click();
  await editor.page.locator(`#${item}`).click();
}

/** The import dialog, with one of its tabs in front. */
async function openImport(editor: Editor, tab: string): Promise<Locator> {
  await choose(editor, 'menu-item-import');
  await editor.page.locator(`[href="${CLIPBOARD}-import-tab-${tab}"]`).click();
  const content = editor.page.locator(`${CLIPBOARD}-import-tab-${tab}`);
  await content.waitFor();
  return content;
}

async function confirmImport(editor: Editor): Promise<void> {
  const before = (await editor.nodes()).length;
  await editor.page.locator(`${CLIPBOARD}-ok`).click();
  await editor.page.locator(CLIPBOARD).waitFor({ state: 'hidden' });
  await waitFor('imported nodes', async () => (await editor.nodes()).length > before);
}

/** Imports an example of a package as the import dialog lists it. */
export async function importExample(editor: Editor, module: string, name: string): Promise<void> {
  const tree = await openImport(editor, 'examples');
  await tree.locator('.red-ui-treeList-label', { hasText: module }).last().click();
  await tree.getByText(name, { exact: true }).click();
  await confirmImport(editor);
}

export async function importText(editor: Editor, flow: readonly object[]): Promise<void> {
  const tab = await openImport(editor, 'clipboard');
  await tab.locator(`${CLIPBOARD}-import-text`).fill(JSON.stringify(flow));
  // The dialog looks at the text at every key.
  await tab.locator(`${CLIPBOARD}-import-text`).press('End');
  await confirmImport(editor);
}

/** @returns what an export of all flows would copy to the clipboard */
export async function exportText(editor: Editor): Promise<string> {
  await choose(editor, 'menu-item-export');
  await editor.page.locator(`${CLIPBOARD}-export-rng-full`).click();
  await editor.page.locator(`[href="${CLIPBOARD}-export-tab-clipboard-json"]`).click();
  const text = editor.page.locator(`${CLIPBOARD}-export-text`);
  await text.waitFor();
  await waitFor('exported text', async () => (await text.inputValue()).startsWith('['));
  return text.inputValue();
}

export async function closeExport(editor: Editor): Promise<void> {
  await editor.page.locator(`${CLIPBOARD}-cancel`).click();
  await editor.page.locator(CLIPBOARD).waitFor({ state: 'hidden' });
}

/** Chooses in the user settings. */
async function set(editor: Editor, setting: string, value: string): Promise<void> {
  await choose(editor, 'menu-item-user-settings');
  await editor.page.locator(`#user-settings-${setting}`).selectOption(value);
  await editor.page.locator('#node-dialog-ok').click();
  await editor.page.locator('.red-ui-tray').waitFor({ state: 'detached' });
}

/** The editor's texts follow after a reload. */
export async function switchLanguage(editor: Editor, language: string): Promise<void> {
  await set(editor, 'editor-language', language);
  await editor.reload();
}

/** Node-RED 5 has the choice, 4.1 has not. */
export async function switchTheme(editor: Editor, theme: 'light' | 'dark'): Promise<void> {
  await set(editor, 'view-dark-theme', theme);
  const dark = editor.page.locator('html.nr-theme-dark');
  await waitFor(`${theme} theme`, async () => (await dark.count()) === (theme === 'dark' ? 1 : 0));
}
