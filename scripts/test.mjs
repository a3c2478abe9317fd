/**
 * `npm test`: installs what is missing, then format, lint, types, build and all tests. Stops at the
 * first step that fails and says which. Its last line is `N passed, N failed`.
 */
import { installMissing } from './install.mjs';
import { runMocha } from './mocha.mjs';
import { installed, root, run, StepFailed } from './run.mjs';

async function main() {
  await installMissing();
  const steps = [
    ['format', [...installed('prettier'), '--check', '.']],
    ['lint', [...installed('eslint'), '--max-warnings', '0', '.']],
    ['types', [...installed('typescript', 'tsc'), '--noEmit']],
    [
      'types of the dialogs',
      [...installed('typescript', 'tsc'), '--noEmit', '-p', 'tsconfig.editor.json'],
    ],
    ['build', [process.execPath, `${root}/scripts/build.mjs`]],
  ];
  for (const [step, command] of steps) {
    console.log(`\n— ${step}`);
    await run(step, command);
  }
  console.log('\n— tests');
  await runMocha('tests');
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  if (error.message !== '') console.error(`\nnpm test: ${error.message}`);
  process.exitCode = 1;
}
