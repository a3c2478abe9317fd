/**
 * `npm test`: installs what is missing, then format, lint, types, build and all tests. Stops at the
 * first step that fails and says which. Its last line is `N passed, N failed`.
 */
import { installMissing } from './install.mjs';
import { runMocha } from './mocha.mjs';
import { installed, root, run, StepFailed } from './run.mjs';

async function main() {
  await installMissing();
  console.log('\n— format');
  await run('format', [...installed('prettier'), '--check', '.']);
  console.log('\n— lint; types, and build with the types of the dialogs');
  await together([
    () => run('lint', [...installed('eslint'), '--max-warnings', '0', '.']),
    async () => {
      await run('types', [...installed('typescript', 'tsc'), '--noEmit']);
      await run('build', [process.execPath, `${root}/scripts/build.mjs`]);
    },
  ]);
  console.log('\n— tests');
  await runMocha('tests');
}

/** Each takes one processor. @throws what the first of them failed with, once all have ended */
async function together(steps) {
  const ends = await Promise.allSettled(steps.map((step) => step()));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  if (error.message !== '') console.error(`\nnpm test: ${error.message}`);
  process.exitCode = 1;
}
