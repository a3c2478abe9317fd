/** Runs programs for the checks. Every process that is started here is ended by its id. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = join(__dirname, '..', '..');

/** ms that a process may take to end before it is killed. */
const GRACE = 20_000;

export interface Options {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** As in a terminal: signals then reach the program and all it has started. */
  readonly group?: boolean;
}

/** A program that runs until it is stopped. */
export interface Program {
  readonly child: ChildProcess;
  /** What it has printed so far, errors included. */
  readonly output: () => string;
  /** Sends it a signal and waits for its end. @returns its exit code */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

export function start(command: string, args: readonly string[], options: Options = {}): Program {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.group ?? false,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  const closed = once(child, 'close');
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    const kill = (sent: NodeJS.Signals): void => {
      if (options.group && child.pid && isRunning(child)) process.kill(-child.pid, sent);
      else child.kill(sent);
    };
    kill(signal);
    const timer = setTimeout(() => kill('SIGKILL'), GRACE);
    await closed;
    clearTimeout(timer);
    return child.exitCode;
  };
  return { child, output: () => text, stop };
}

const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null;

/** Runs a program to its end. @throws with its output unless it ends with 0 */
export async function run(command: string, args: readonly string[], options: Options = {}) {
  const program = start(command, args, options);
  const [code] = (await once(program.child, 'close')) as [number | null];
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${program.output()}`);
  }
  return program.output();
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Asks again and again until there is an answer.
 * @param what is waited for, in words
 * @param program whose end ends the waiting
 * @throws with the program's output when it ends first, or after `ms`
 */
export async function until<T>(
  what: string,
  program: Program,
  ask: () => T | undefined | Promise<T | undefined>,
  ms = 90_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline && isRunning(program.child)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  throw new Error(`No ${what}. The program printed:\n${program.output()}`);
}
