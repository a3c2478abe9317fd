/** Each language that the package brings, chosen in the user settings, and whether its texts fit. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../package/commands';
import { openDialog, type Dialog } from './dialogs';
import { Editor, waitFor } from './editor';
import { checkWidth, HEIGHT, WIDTHS } from './fit-checks';
import { switchLanguage } from './menus';
import type { PageElement } from './red';
import { ACTIONS } from './stage';
import { visit, type Theatre } from './visit';

type Action = (typeof ACTIONS)[number];
type Room = Action | 'bybit-config';

const languages = readdirSync(locale('bybit-cancel-order'));

function locale(room: Room, ...path: readonly string[]): string {
  return join(root, 'nodes', room, 'locales', ...path);
}

/** As it is built, with the texts that several nodes share. */
function builtCatalogue(room: Room, language: string): Texts {
  const file = join(root, 'dist', room, 'locales', language, `${room}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Texts;
}

export function checkLanguages(theatre: () => Theatre): void {
  describe('The languages', () => {
    const editor = visit(theatre);

    it('are the same for all nodes', () => {
      for (const room of ['bybit-config', ...ACTIONS] as const) {
        assert.deepEqual(readdirSync(locale(room)), languages, room);
      }
    });

    for (const language of languages) {
      it(`shows all dialogs and their help in ${language}, and they fit into small windows`, async () => {
        await editor().page.setViewportSize({ width: 1400, height: HEIGHT });
        await switchLanguage(editor(), await codeOf(editor(), language));
        const [first, ...smaller] = WIDTHS;
        await checkWidth(editor(), first, language, async (dialog, room) => {
          await checkTexts(dialog, room, language);
          await checkHelp(dialog, room, language);
        });
        for (const width of smaller) await checkWidth(editor(), width, language);
      });
    }

    const [withoutRegion] = languages.filter((language) => !language.includes('-'));
    if (withoutRegion === undefined) return;
    it("follow the browser's language, in a region without texts of its own", async () => {
      const { browser, url, version: album } = theatre();
      const other = await Editor.open(browser, url, { album, locale: `${withoutRegion}-AQ` });
      const [action] = ACTIONS;
      await checkTexts(await openFirst(other, action), action, withoutRegion);
      assert.deepEqual(other.troubles, []);
      await other.close();
    });
  });
}

/** What the editor calls the language of a folder: `es` and `es-ES` both serve its `es-ES`. */
async function codeOf(editor: Editor, language: string): Promise<string> {
  const offered = (await editor.page.evaluate(() => RED.settings.theme('languages'))) as string[];
  const code = offered.find((one) => one === language || one.startsWith(`${language}-`));
  assert.ok(code, `the editor offers ${offered.join(', ')}, but not ${language}`);
  return code;
}

async function openFirst(editor: Editor, action: Action): Promise<Dialog> {
  const [node] = await editor.nodes(action);
  assert.ok(node, `a ${action} to open`);
  return openDialog(editor, node.id);
}

/** Each text of the dialog is the one of the language's catalogue. */
async function checkTexts(dialog: Dialog, room: Room, language: string): Promise<void> {
  const translated = dialog.tray.locator(`[data-i18n*="${room}:"]`);
  // The tray is there a moment before what is in it.
  await waitFor('the texts of the dialog', async () => (await translated.count()) > 5);
  const shown = await translated.evaluateAll((elements) =>
    (elements as unknown as PageElement[]).map((element) => ({
      keys: element.getAttribute('data-i18n') ?? '',
      text: element.textContent ?? '',
      placeholder: element.getAttribute('placeholder') ?? '',
      title: element.getAttribute('title') ?? '',
    })),
  );
  const catalogue = builtCatalogue(room, language);
  for (const { keys, ...texts } of shown) {
    for (const [, attribute, key] of keys.matchAll(/(?:\[(\w+)\])?[^;:]*:([\w.-]+)/g)) {
      const said =
        attribute === 'placeholder' || attribute === 'title' ? texts[attribute] : texts.text;
      assert.equal(plain(said), plain(lookUp(catalogue, key!)), `${key} in ${language}`);
    }
  }
}

/** The help begins as the language's file does. */
async function checkHelp(dialog: Dialog, room: Room, language: string): Promise<void> {
  const help = await dialog.help();
  const html = readFileSync(locale(room, language, `${room}.html`), 'utf8');
  const [, first = ''] = /<p>([^]*?)<\/p>/.exec(html) ?? [];
  const wanted = plain(first);
  assert.ok(wanted.length > 10);
  assert.equal(plain(await help.locator('p').first().innerHTML()), wanted);
}

interface Texts {
  readonly [key: string]: string | Texts;
}

function lookUp(catalogue: Texts, key: string): string {
  const found = key
    .split('.')
    .reduce<string | Texts | undefined>(
      (texts, part) => (typeof texts === 'object' ? texts[part] : undefined),
      catalogue,
    );
  assert.ok(typeof found === 'string', `there is no text for ${key}`);
  return found;
}

/** Without tags, and with each run of blanks as one. */
const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;|\s+/g, ' ')
    .trim();
