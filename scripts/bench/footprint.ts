/** What the package adds to a Node-RED: time at its start, files, memory, sockets. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from './options';
import { median } from './samples';
import { openStage } from './stage';
import { furnish, timeStart } from './starts';

export interface Footprint {
  /** ms of a start without the package, and with it */
  readonly startWithout: number;
  readonly startWith: number;
  readonly packages: number;
  readonly megabytes: number;
  /** MB of the process with so many nodes on one account */
  readonly memory: Readonly<Record<1 | 100, number>>;
  /** connections of 100 nodes on one account: WebSockets, and those for HTTP */
  readonly websockets: number;
  readonly http: number;
}

const root = join(__dirname, '../..');

export async function measureFootprint(options: BenchOptions): Promise<Footprint> {
  const temp = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const [bare, full] = [join(temp, 'bare'), join(temp, 'full')];
    furnish(bare);
    furnish(full);
    install(temp, full);
    const modules = join(full, 'node_modules');
    return {
      ...(await compareStarts(options.starts, bare, full)),
      packages: countPackages(join(modules, '.package-lock.json')),
      megabytes: sizeOf(modules) / 1024 / 1024,
      ...(await compareNodes()),
    };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** Packs what was built, and installs it as the palette manager does. */
function install(temp: string, userDir: string): void {
  const npm = (args: string[], cwd: string) => {
    const shell = process.platform === 'win32';
    return execFileSync('npm', [...args, '--loglevel=error'], { cwd, shell, encoding: 'utf8' });
  };
  const packed = npm(['pack', '--ignore-scripts', '--pack-destination', temp], root);
  const tarball = join(temp, packed.trim().split('\n').at(-1) ?? '');
  npm(['install', '--omit=dev', '--no-audit', '--no-fund', tarball], userDir);
}

function countPackages(lock: string): number {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: object };
  return Object.keys(packages).length;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((size, { parentPath, name }) => size + statSync(join(parentPath, name)).size, 0);
}

async function compareStarts(
  starts: number,
  bare: string,
  full: string,
): Promise<Pick<Footprint, 'startWithout' | 'startWith'>> {
  const script = join(root, 'node_modules/node-red/red.js');
  const without: number[] = [];
  const withIt: number[] = [];
  // The first of each is for the caches of the file system.
  for (let i = 0; i <= starts; i += 1) {
    const times = [await timeStart(script, bare), await timeStart(script, full)] as const;
    if (i === 0) continue;
    without.push(times[0]);
    withIt.push(times[1]);
  }
  return { startWithout: median(without), startWith: median(withIt) };
}

async function compareNodes(): Promise<Pick<Footprint, 'memory' | 'websockets' | 'http'>> {
  const memory = { 1: 0, 100: 0 };
  let counts = { open: 0, websockets: 0 };
  for (const [count, name] of [
    [1, 'node-confirmed'],
    [100, 'hundred'],
  ] as const) {
    const stage = await openStage();
    const program = await stage.client(name, stage.where, ['--expose-gc']);
    memory[count] = await program.call<number>('memory');
    counts = await stage.counts();
    await stage.end();
  }
  return { memory, websockets: counts.websockets, http: counts.open - counts.websockets };
}
