/** Runs the steps of the scripts, each in a process of its own. Imports nothing but Node itself. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A step that failed. Its message is meant for a person and says which. */
export class StepFailed extends Error {
  name = 'StepFailed';
}

/**
 * Runs a command in the project folder and waits for its end.
 * @param step what it is called when it fails
 * @param command the program and its arguments
 * @param onOutput gets the standard output; without it the output goes straight to the terminal
 * @throws StepFailed when it ends with anything but 0
 */
export async function run(step, [program, ...args], onOutput) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['inherit', onOutput ? 'pipe' : 'inherit', 'inherit'],
    // npm is a batch file on Windows, which only a shell can start.
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (onOutput) child.stdout.on('data', onOutput);
  // Mocha passes this one on to its own process, and no other.
  const forward = () => child.kill('SIGINT');
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code, signal] = await ended(child).finally(() => {
    process.off('SIGINT', forward).off('SIGTERM', forward);
  });
  if (code !== 0) throw new StepFailed(`${step} failed (${signal ?? `exit code ${code}`})`);
}

/** @returns the exit code and the signal of a process, once it has ended and its output is read */
function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve([code, signal]));
  });
}

/** The command that starts a program of an installed package with this very Node. */
export function installed(name, program = name) {
  const require = createRequire(import.meta.url);
  const folder = join(root, 'node_modules', name);
  const { bin } = require(join(folder, 'package.json'));
  return [process.execPath, join(folder, typeof bin === 'string' ? bin : bin[program])];
}
