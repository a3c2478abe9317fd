/** The checks of test/package: slow, and they install from npm, so `npm test` leaves them out. */
import { runMocha } from './mocha.mjs';
import { StepFailed } from './run.mjs';

try {
  await runMocha('package checks', ['--config', 'test/package/.mocharc.json']);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  if (error.message !== '') console.error(`\n${error.message}`);
  process.exitCode = 1;
}
