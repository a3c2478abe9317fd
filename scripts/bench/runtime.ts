/** A Node-RED in this process, with the package as it was built. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import RED from 'node-red';
import type { Node } from 'node-red';
import type * as addresses from '../../nodes/bybit/limits/address';

export interface Runtime {
  node(id: string): Node;
}

/**
 * What is measured is the work for one cancel. The count of the IP address would be all there is to
 * see: the bench sends more in 5 s than Bybit takes from an address. In a shorter window, the count
 * holds about as many requests as it can hold at Bybit.
 */
function liftAddressLimit(): void {
  const built = join(root, 'dist/bybit/limits/address.js');
  const module = createRequire(__filename)(built) as Writable<typeof addresses>;
  const { createAddress } = module;
  module.createAddress = (time) => createAddress(time, { most: Infinity, windowMs: 40 });
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What its types leave out. */
interface Inside {
  readonly events: NodeJS.EventEmitter;
  readonly nodes: { getNode(id: string): Node | null };
}

const root = join(__dirname, '../..');

export async function startRuntime(flow: object[], credentials: object = {}): Promise<Runtime> {
  liftAddressLimit();
  const userDir = mkdtempSync(join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(userDir, { recursive: true, force: true }));
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flow));
  writeFileSync(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
  const settings = {
    ...{ userDir, flowFile: 'flows.json', nodesDir: [root], credentialSecret: false },
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
