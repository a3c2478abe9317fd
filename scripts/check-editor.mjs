/** The checks of test/editor: slow, and they need npm and a Chromium, so `npm test` leaves them out. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMocha } from './mocha.mjs';
import { root, run, StepFailed } from './run.mjs';

const temp = mkdtempSync(join(tmpdir(), 'cancel-order-packed-'));
try {
  rmSync(join(root, 'test-results', 'editor'), { recursive: true, force: true });
  await run('pack', ['npm', 'pack', '--silent', '--pack-destination', temp]);
  const [tarball] = readdirSync(temp);
  process.env.TARBALL = join(temp, tarball);
  await runMocha('editor checks', ['--config', 'test/editor/.mocharc.json']);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  if (error.message !== '') console.error(`\n${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(temp, { recursive: true, force: true });
}
