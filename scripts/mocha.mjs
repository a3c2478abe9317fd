/** Runs mocha so that its count is the last line, and a crash before the count is told as such. */
import { installed, run, StepFailed } from './run.mjs';

const COUNT = /^\d+ passed, \d+ failed(?:, \d+ skipped)?$/m;

/**
 * @param step what it is called when it fails
 * @param options of mocha's command line, besides .mocharc.json
 * @throws StepFailed, without a message when the count has said it all
 */
export async function runMocha(step, options = []) {
  const colour = process.stdout.isTTY ? ['--color'] : [];
  const command = [...installed('mocha'), '--reporter', 'test/reporter.ts', ...colour, ...options];
  let end = '';
  const onOutput = (chunk) => {
    process.stdout.write(chunk);
    end = (end + chunk.toString()).slice(-200);
  };
  try {
    await run(step, command, onOutput);
  } catch (error) {
    if (error instanceof StepFailed && COUNT.test(end)) throw new StepFailed('');
    throw error;
  }
  if (!COUNT.test(end)) throw new StepFailed(`${step} ended without a count`);
}
