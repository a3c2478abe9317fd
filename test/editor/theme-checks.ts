/** Light and dark: what the dialogs say can be read in both. */
import assert from 'node:assert/strict';
import { openDialog, type Dialog } from './dialogs';
import type { Editor } from './editor';
import { switchTheme } from './menus';
import type { PageElement } from './red';
import { ACTIONS } from './stage';
import { visit, type Theatre } from './visit';

/** Of WCAG 2, for large text; Node-RED's own labels are not far above it. */
const CONTRAST = 3;

export function checkThemes(theatre: () => Theatre, choice: boolean): void {
  describe('The themes', () => {
    const editor = visit(theatre, { colorScheme: 'dark' });

    it('can be read as the editor comes, on a dark desktop', () =>
      checkDialogs(editor(), 'default'));

    if (!choice) return;
    for (const theme of ['dark', 'light'] as const) {
      it(`can be read in the ${theme} theme`, async () => {
        await switchTheme(editor(), theme);
        await checkDialogs(editor(), theme);
      });
    }
  });
}

async function checkDialogs(editor: Editor, theme: string): Promise<void> {
  for (const action of ACTIONS) {
    const dialog = await openFirst(editor, action);
    await dialog.help();
    await editor.shoot(`${action}, ${theme} theme`);
    assert.deepEqual(await faint(dialog), [], action);
    await dialog.cancel();
  }
  const cancel = await openFirst(editor, ACTIONS[0]);
  const account = await cancel.edit('account');
  await editor.shoot(`account, ${theme} theme`);
  assert.deepEqual(await faint(account), []);
  await account.cancel();
  await cancel.cancel();
}

async function openFirst(editor: Editor, action: string): Promise<Dialog> {
  const [node] = await editor.nodes(action);
  assert.ok(node, `a ${action} to open`);
  return openDialog(editor, node.id);
}

/** @returns the texts of the dialog's form whose colour is too near to what is behind them */
async function faint(dialog: Dialog): Promise<string[]> {
  const texts = dialog.tray.locator(
    'form label, form span, form .form-tips, form input, form select',
  );
  const found = await texts.evaluateAll((elements) =>
    (elements as unknown as PageElement[])
      .filter((element) => element.getClientRects().length > 0)
      .map((element) => {
        const behind: string[] = [];
        for (let one: PageElement | null = element; one; one = one.parentElement) {
          behind.push(getComputedStyle(one).backgroundColor);
        }
        const text = (element.textContent ?? '').trim() || (element.getAttribute('id') ?? '');
        return { text, colour: getComputedStyle(element).color, behind };
      }),
  );
  assert.ok(found.length > 10);
  return found
    .map(({ text, colour, behind }) => ({ text, contrast: contrast(colour, opaque(behind)) }))
    .filter((one) => one.contrast < CONTRAST)
    .map((one) => `${one.text}: ${one.contrast.toFixed(1)}`);
}

/** The first background that hides what is behind it. */
function opaque(behind: readonly string[]): string {
  return behind.find((colour) => (channels(colour)[3] ?? 1) === 1) ?? 'rgb(255, 255, 255)';
}

const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
