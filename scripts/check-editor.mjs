/** The checks of test/editor: slow, and they need npm and a Chromium, so `npm test` leaves them out. */
import { runMocha } from './mocha.mjs';
import { StepFailed } from './run.mjs';

try {
  await runMocha('editor checks', ['--config', 'test/editor/.mocharc.json']);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  if (error.message !== '') console.error(`\n${error.message}`);
  process.exitCode = 1;
}
