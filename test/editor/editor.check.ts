/**
 * The editor's side of the package, with a browser, as its users meet it: installed from the tarball
 * into Node-RED 4.1 and 5. Screenshots go to `test-results/editor`.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { root } from '../package/commands';
import { checkAll } from './all-checks';
import { findChromium, startBrowser } from './browser';
import { checkDialogs } from './dialog-checks';
import { checkExamples } from './example-checks';
import { checkJourney } from './journey-checks';
import { checkKeys } from './key-checks';
import { checkLanguages } from './language-checks';
import { checkLists } from './list-checks';
import { checkThemes } from './theme-checks';
import { pack, RUNTIMES, setUp, variables, type Stage } from './stage';
import { checkValidation } from './validation-checks';
import type { Theatre } from './visit';

let temp: string;
let tarball: string;
let browser: Browser | undefined;

before('find a browser, pack', async function () {
  const chromium = findChromium();
  if (chromium === undefined) {
    const why = 'There is no Chromium: install one, or name it in CHROMIUM.';
    if (process.env.CI) throw new Error(why);
    console.log(`Skipped. ${why}`);
    this.skip();
  }
  await rm(join(root, 'test-results', 'editor'), { recursive: true, force: true });
  temp = await mkdtemp(join(tmpdir(), 'cancel-order-editor-'));
  tarball = await pack(temp);
  browser = await startBrowser(chromium);
});
after(async () => {
  await browser?.close();
  if (temp) await rm(temp, { recursive: true, force: true, maxRetries: 5 });
});

for (const runtime of RUNTIMES) {
  const title = `Node-RED ${runtime.nodeRed}`;
  describe(`The editor of ${title}`, () => {
    let stage: Stage | undefined;
    before('install and start', async function () {
      this.timeout(300_000);
      const folder = join(temp, title.replace(/\W/g, '-'));
      await mkdir(folder);
      stage = await setUp({ runtime, tarball, folder, env: variables });
      console.log(`\n  ${title} is ${stage.version} on Node ${stage.node}`);
    });
    after('stop', () => stage?.close());

    const theatre = (): Theatre => {
      assert.ok(stage && browser);
      return { ...stage, browser };
    };
    checkJourney(theatre);
    checkLists(theatre);
    checkAll(theatre);
    checkDialogs(theatre);
    checkKeys(theatre);
    checkValidation(theatre);
    checkExamples(theatre);
    checkLanguages(theatre);
    checkThemes(theatre, runtime.nodeRed === '5');
  });
}
