/** What the figures were measured on. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

export function describeMachine(): string {
  const { version } = JSON.parse(
    readFileSync(join(__dirname, '../../node_modules/node-red/package.json'), 'utf8'),
  ) as { version: string };
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return [
    `${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GB`,
    `${process.platform} ${process.arch}`,
    `Node.js ${process.version.slice(1)}`,
    `Node-RED ${version}`,
    `load at the start ${loadavg()[0]?.toFixed(1) ?? '?'}`,
  ].join(', ');
}
