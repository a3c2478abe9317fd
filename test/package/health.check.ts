/** The statuses between cancels in the newest Node-RED; those in the oldest are part of `npm test`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkHealth } from '../examples/health';
import { installRuntime, type Installed } from './node-red';

const RUNTIME = { nodeRed: '5', node: '24' };

describe(`An account's health in Node-RED ${RUNTIME.nodeRed}`, () => {
  let temp: string;
  let installed: Installed;
  before('install', async () => {
    temp = await mkdtemp(join(tmpdir(), 'cancel-order-health-'));
    installed = await installRuntime(temp, RUNTIME);
  });
  after(() => rm(temp, { recursive: true, force: true, maxRetries: 5 }));
  checkHealth(() => installed);
});
