/* global AbortController */
/** The demo's processes: started together, watched, and ended together, the last one first. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { pathToFileURL } from 'node:url';
import { root } from '../run.mjs';

/** ms that a process may take to end before it is killed: Node-RED gives its nodes 15 s to close. */
const GRACE = 17_000;
const PRELOAD = pathToFileURL(join(root, 'scripts', 'demo', 'ends-with-launcher.mjs')).href;

/** The demo can't go on. Its message is meant for a person. */
export class DemoEnded extends Error {
  name = 'DemoEnded';
}

export class Processes {
  #started = [];
  #ending = new AbortController();

  /** Aborted as soon as they are being ended. */
  get ending() {
    return this.#ending.signal;
  }

  /**
   * Starts a Node process.
   * @param name what it is called when it ends by itself
   * @returns its output, and a promise that never resolves and rejects when it ends
   */
  start(name, args, env = {}) {
    this.ending.throwIfAborted();
    const child = spawn(process.execPath, ['--import', PRELOAD, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      // A group of its own: Ctrl-C reaches the launcher alone, which then ends all in order.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const exit = new Promise((resolve) => child.once('error', resolve).once('exit', resolve));
    this.#started.push({ child, exit });
    const over = exit.then((how) => {
      throw new DemoEnded(`${name} ended by itself (${how?.message ?? `exit code ${how}`}).`);
    });
    over.catch(() => undefined); // Told by whoever waits for it.
    return { stdout: child.stdout, over };
  }

  /** Ends them one after the other, the last one first. Safe to call again. */
  async end() {
    if (this.ending.aborted) return;
    this.#ending.abort(new DemoEnded('ended'));
    for (const { child, exit } of this.#started.reverse()) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
      await exit;
      clearTimeout(timer);
    }
  }
}
