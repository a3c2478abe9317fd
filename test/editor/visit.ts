/** An editor that the checks of one suite share, and that has to stay free of errors. */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { closeDialogs } from './dialogs';
import { Editor, type View } from './editor';
import type { Stage } from './stage';

/** The stage with a browser before it. */
export interface Theatre extends Stage {
  readonly browser: Browser;
}

/** Opens an editor before the suite's checks and closes it after them. */
export function visit(theatre: () => Theatre, view: Omit<View, 'album'> = {}): () => Editor {
  let editor: Editor;
  before('open the editor', async () => {
    const { browser, url, version } = theatre();
    editor = await Editor.open(browser, url, { ...view, album: version });
  });
  afterEach('no error in the console, no failed request', async function () {
    if (this.currentTest?.state === 'failed') {
      await editor.shoot(`failed ${this.currentTest.title}`);
      await closeDialogs(editor);
    }
    assert.deepEqual(editor.troubles.splice(0), []);
  });
  after('close the editor', () => editor.close());
  return () => editor;
}
