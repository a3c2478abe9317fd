/** How long Node-RED takes to start, with the package and without. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const settings = `module.exports = {
  flowFile: 'flows.json',
  uiHost: '127.0.0.1',
  uiPort: 0,
  credentialSecret: false,
  telemetry: { enabled: false, updateNotification: false },
};
`;

/** Makes a folder a user directory of Node-RED, with an empty flow. */
export function furnish(userDir: string): void {
  mkdirSync(userDir, { recursive: true });
  writeFileSync(join(userDir, 'settings.js'), settings);
  writeFileSync(join(userDir, 'flows.json'), '[{"id":"tab","type":"tab","label":""}]');
  writeFileSync(join(userDir, 'package.json'), '{"name":"bench","private":true}');
}

/** @returns ms from the start of the process until its flows run */
export async function timeStart(script: string, userDir: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [script, '--userDir', userDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8');
  try {
    for await (const text of child.stdout as AsyncIterable<string>) {
      said += text;
      if (said.includes('Started flows')) return performance.now() - startedAt;
    }
    throw new Error(`Node-RED did not start:\n${said}`);
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
