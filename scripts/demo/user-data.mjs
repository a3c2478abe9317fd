/** The demo's user directory: the demo flow, until somebody deploys a flow of their own. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';
import settings from './settings.cjs';

export const userDir = join(root, '.node-red');
const flows = join(userDir, 'flows.json');
const credentials = join(userDir, 'flows_cred.json');
/** The hash of both files as this script wrote them. */
const mark = join(userDir, 'demo.sha256');

/**
 * Writes the demo flow into `.node-red/`, but never over one that was deployed since.
 * @returns whether such a flow was kept
 */
export function writeUserData() {
  mkdirSync(userDir, { recursive: true });
  if (existsSync(flows) && (!existsSync(mark) || readFileSync(mark, 'utf8') !== hash()))
    return true;
  writeFileSync(flows, readFileSync(join(root, 'scripts', 'demo', 'flow.json')));
  const byVariable = { apiKey: '${BYBIT_DEMO_KEY}', apiSecret: '${BYBIT_DEMO_SECRET}' };
  writeFileSync(credentials, JSON.stringify(encrypted({ 'demo-account': byVariable })));
  writeFileSync(mark, hash());
  return false;
}

/** As Node-RED keeps credentials; it takes them in the clear too, but then warns. */
function encrypted(values) {
  const key = createHash('sha256').update(settings.credentialSecret).digest();
  const start = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', key, start);
  const text = cipher.update(JSON.stringify(values), 'utf8', 'base64') + cipher.final('base64');
  return { $: start.toString('hex') + text };
}

function hash() {
  const both = [flows, credentials].map((file) => (existsSync(file) ? readFileSync(file) : ''));
  return createHash('sha256').update(both.join('\n')).digest('hex');
}
