/** The dialogs of nodes, as a user fills them. */
import type { Locator } from 'playwright-core';
import { waitFor, type Editor } from './editor';

/** Opens a node's dialog by a double click. */
export async function openDialog(editor: Editor, id: string): Promise<Dialog> {
  await editor.page.evaluate((node) => RED.view.reveal(node), id);
  const node = editor.inWorkspace(id).locator('.red-ui-flow-node').first();
  await node.dblclick();
  const button = editor.page.locator('#node-dialog-ok');
  // On a slow machine the two clicks can be too far apart for a double one: as a person, once more.
  const isThere = await button.waitFor({ timeout: 4000 }).then(
    () => true,
    () => false,
  );
  if (!isThere) await node.dblclick();
  return Dialog.opened(editor, 'node');
}

type Kind = 'node' | 'node-config';

/** The topmost dialog. Its fields go by the names of the node's properties. */
export class Dialog {
  readonly tray: Locator;

  private constructor(
    readonly editor: Editor,
    private readonly kind: Kind,
    private readonly below?: Dialog,
  ) {
    const button = editor.page.locator(`#${kind}-dialog-ok`);
    this.tray = editor.page.locator('.red-ui-tray').filter({ has: button });
  }

  /** @param below the dialog that it was opened from */
  static async opened(editor: Editor, kind: Kind, below?: Dialog): Promise<Dialog> {
    const dialog = new Dialog(editor, kind, below);
    await dialog.inPlace();
    return dialog;
  }

  /** It slides in. */
  private async inPlace(): Promise<void> {
    await this.tray.waitFor();
    const element = await this.tray.elementHandle();
    await element.waitForElementState('stable');
  }

  field(property: string): Locator {
    return this.tray.locator(`#${this.kind}-input-${property}`);
  }

  /** The value of each field, hidden ones included. */
  async fill(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [property, value] of Object.entries(values)) await this.field(property).fill(value);
  }

  /** Fills a field that has a menu of types before its text, or before its own menu. */
  async fillTyped(property: string, type: string, value: string): Promise<void> {
    const row = this.tray.locator(`.form-row:has(#${this.kind}-input-${property})`);
    const menu = this.editor.page.locator('.red-ui-typedInput-options:visible');
    if ((await this.field(`${property}Type`).inputValue()) !== type) {
      await row.locator('.red-ui-typedInput-type-select').click();
      await this.choose(menu, type);
    }
    const options = row.locator('.red-ui-typedInput-option-trigger');
    if (await options.isVisible()) {
      await options.click();
      await this.choose(menu, value);
    } else {
      await row.locator('.red-ui-typedInput-input').fill(value);
      await row.locator('.red-ui-typedInput-input').blur();
    }
    await menu.waitFor({ state: 'hidden' });
  }

  /** The core's menu was once seen to stay open after the click on a busy machine: a user clicks again. */
  private async choose(menu: Locator, value: string): Promise<void> {
    const hidden = { state: 'hidden', timeout: 5000 } as const;
    await menu.locator(`[value="${value}"]`).click();
    await menu.waitFor(hidden).catch(async () => {
      await menu.locator(`[value="${value}"]`).click();
      await menu.waitFor(hidden);
    });
  }

  /** Opens the dialog for a new config node. */
  async add(property: string): Promise<Dialog> {
    await this.tray.locator(`#${this.kind}-input-btn-${property}-add`).click();
    return Dialog.opened(this.editor, 'node-config', this);
  }

  /** Opens the dialog of the chosen config node. */
  async edit(property: string): Promise<Dialog> {
    await this.tray.locator(`#${this.kind}-input-btn-${property}-edit`).click();
    return Dialog.opened(this.editor, 'node-config', this);
  }

  /** Opens the help by the button below the dialog. @returns the help's text */
  async help(): Promise<Locator> {
    await this.tray.locator('.red-ui-tray-footer button:has(.fa-book)').click();
    const text = this.editor.page.locator('.red-ui-sidebar-help-stack .red-ui-help');
    await text.locator('p').first().waitFor();
    return text;
  }

  /** Presses Done, which is Add or Update in the dialog of a config node. */
  done(): Promise<void> {
    return this.leaveBy('ok');
  }

  cancel(): Promise<void> {
    return this.leaveBy('cancel');
  }

  private async leaveBy(button: 'ok' | 'cancel'): Promise<void> {
    await this.tray.locator(`#${this.kind}-dialog-${button}`).click();
    await this.tray.waitFor({ state: 'detached' });
    await this.below?.inPlace();
  }
}

/** Presses the button of the account's dialog. @returns the report, once it is whole */
export async function testConnection({ tray }: Dialog): Promise<Locator> {
  await tray.locator('#bybit-config-test').click();
  const result = tray.locator('#bybit-config-test-result');
  const isOver = async (): Promise<boolean> =>
    (await result.locator('li').count()) > 0 && (await result.locator('.fa-spinner').count()) === 0;
  await waitFor('result of the connection test', isOver, () => result.innerText());
  return result;
}

/** Leaves whatever a failed check has left open. */
export async function closeDialogs(editor: Editor): Promise<void> {
  const isOpen = async (kind: Kind): Promise<boolean> =>
    (await editor.page.locator(`#${kind}-dialog-ok`).count()) > 0;
  if (await isOpen('node-config')) {
    await (await Dialog.opened(editor, 'node-config')).cancel();
    await Dialog.opened(editor, 'node');
  }
  if (await isOpen('node')) await (await Dialog.opened(editor, 'node')).cancel();
}
