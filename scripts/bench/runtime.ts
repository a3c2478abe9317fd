/** A Node-RED in this process, with the package as furnishPackage() lays it out. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stop } from 'esbuild';
import RED from 'node-red';
import type { Node } from 'node-red';
import { bundleRuntime } from '../runtime-bundle.mjs';

export interface Runtime {
  node(id: string): Node;
}

/**
 * The package, with the config node of the benchmark: its dialogs as they were built, what its nodes run from
 * the sources.
 * @param to an empty folder
 */
async function furnishPackage(to: string): Promise<void> {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  writeFileSync(join(to, 'package.json'), manifest);
  cpSync(join(root, 'dist'), join(to, 'dist'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'), 'junction');
  const { 'node-red': nodeRed } = JSON.parse(manifest) as Manifest;
  await bundleRuntime(join(to, 'dist'), Object.keys(nodeRed.nodes), {
    'bybit-config': 'scripts/bench/bybit-config',
  });
  // Its process is not to be measured.
  await stop();
}

interface Manifest {
  readonly 'node-red': { readonly nodes: Readonly<Record<string, string>> };
}

/** What its types leave out. */
interface Inside {
  readonly events: NodeJS.EventEmitter;
  readonly nodes: { getNode(id: string): Node | null };
}

const root = join(__dirname, '../..');

export async function startRuntime(flow: object[], credentials: object = {}): Promise<Runtime> {
  const home = mkdtempSync(join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const [userDir, packageDir] = [join(home, 'user'), join(home, 'package')];
  mkdirSync(userDir);
  mkdirSync(packageDir);
  await furnishPackage(packageDir);
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flow));
  writeFileSync(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
  const settings = {
    ...{ userDir, flowFile: 'flows.json', nodesDir: [packageDir], credentialSecret: false },
    ...{ httpAdminRoot: false, httpNodeRoot: false, functionExternalModules: true },
    ...{ telemetry: { enabled: false, updateNotification: false } },
    logging: { console: { level: 'warn', metrics: false, audit: false } },
  };
  const { events, nodes } = RED as unknown as Inside;
  const started = new Promise((resolve) => events.once('flows:started', resolve));
  RED.init(createServer(), settings as unknown as Parameters<typeof RED.init>[1]);
  await RED.start();
  await started;
  return {
    node(id) {
      const found = nodes.getNode(id);
      if (!found) throw new Error(`There is no node ${id}: is the package built?`);
      return found;
    },
  };
}
