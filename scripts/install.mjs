/**
 * Installs what is missing, so that `npm start` and `npm test` work in a fresh clone.
 * Runs before anything is installed: nothing but Node itself may be imported here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, run } from './run.mjs';

/** Runs `npm ci` unless node_modules holds what package-lock.json asks for. */
export async function installMissing() {
  if (isInstalled()) return;
  console.log('Installing the packages …');
  const npm = basename(process.env.npm_execpath ?? '') === 'npm-cli.js';
  // The npm that runs this script, so that both are of the same version and Node.
  const command = npm ? [process.execPath, process.env.npm_execpath] : ['npm'];
  await run('install', [...command, 'ci', '--include=dev', '--no-audit', '--no-fund']);
}

/** Whether node_modules has each package of the lock file, in its version. */
function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  // npm's own note of what it installed.
  const note = join(root, 'node_modules', '.package-lock.json');
  const found = existsSync(note) ? packagesOf(note) : {};
  return Object.entries(wanted)
    .filter(([path, { optional }]) => path !== '' && !optional)
    .every(([path, { version }]) => found[path]?.version === version);
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
