/**
 * Builds what Node-RED loads: a folder per node type with the editor's .html, the locales and icons
 * where Node-RED looks for them, and one file for what all of them run. A type error ends it with
 * exit code 1.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { installed, root, run, StepFailed } from './run.mjs';
import { bundleRuntime } from './runtime-bundle.mjs';

const dist = join(root, 'dist');

async function main() {
  const { 'node-red': nodeRed } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const rooms = Object.values(nodeRed.nodes).map((file) => basename(file, '.js'));
  const tsc = installed('typescript', 'tsc');
  rmSync(dist, { recursive: true, force: true });
  await run('types', [...tsc, '-p', 'tsconfig.build.json']);
  await run('types of the dialogs', [...tsc, '-p', 'tsconfig.editor.json']);
  await bundleRuntime(dist, rooms);
  for (const room of rooms) await furnish(room);
}

/** Completes the folder of one node type. */
async function furnish(room) {
  const from = join(root, 'nodes', room);
  const to = join(dist, room);
  const script = await bundle(join(from, `${room}.editor.ts`));
  const template = withShared(room, readFileSync(join(from, `${room}.html`), 'utf8'));
  writeFileSync(
    join(to, `${room}.html`),
    `<script type="text/javascript">\n${script}</script>\n\n${template}`,
  );
  cpSync(join(from, 'locales'), join(to, 'locales'), { recursive: true });
  for (const language of readdirSync(join(to, 'locales'))) addShared(room, language);
  const icons = readdirSync(join(root, 'icons')).filter((name) => name.startsWith(`${room}.`));
  for (const icon of icons) {
    mkdirSync(join(to, 'icons'), { recursive: true });
    cpSync(join(root, 'icons', icon), join(to, 'icons', icon));
  }
}

const INCLUDE = /(?:<!--|\/\*) include (\S+) (?:-->|\*\/)/g;

/** What the dialogs of the actions have in common, in the place of a comment that names it. */
function withShared(room, template) {
  const shared = join(root, 'nodes', 'action', 'editor', 'shared');
  return template.replace(INCLUDE, (_, file) =>
    readFileSync(join(shared, file), 'utf8').trim().replaceAll('__node__', room),
  );
}

/** Node-RED has a catalogue for each node type: what several say in the same words goes into each. */
function addShared(room, language) {
  const file = join(dist, room, 'locales', language, `${room}.json`);
  const { [room]: own } = readJson(file);
  const texts = room === 'bybit-config' ? own : withOwn(shared('action', language, 'action'), own);
  texts.problem = shared('properties', language, 'problems');
  writeFileSync(file, JSON.stringify({ [room]: texts }, null, 2));
  if (room !== 'bybit-config') addSharedHelp(room, language);
}

const SHARED_HELP = '<!-- action.html -->';

function addSharedHelp(room, language) {
  const file = join(dist, room, 'locales', language, `${room}.html`);
  const help = readFileSync(file, 'utf8');
  if (!help.includes(SHARED_HELP)) throw new Error(`${file} has no place for the shared help`);
  const own = join(root, 'nodes', 'action', 'locales', language, 'action.html');
  writeFileSync(
    file,
    help.replace(SHARED_HELP, () => readFileSync(own, 'utf8').trim()),
  );
}

function shared(room, language, name) {
  return readJson(join(root, 'nodes', room, 'locales', language, `${name}.json`));
}

/** The texts of a node stand in for shared ones of the same key. */
function withOwn(texts, own) {
  const parts = Object.entries(own).map(([part, ownTexts]) => [
    part,
    { ...texts[part], ...ownTexts },
  ]);
  return { ...texts, ...Object.fromEntries(parts) };
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Not minified: the palette's validator reads the call of registerType out of the html, and so does
 * whoever wants to know what the editor runs.
 */
async function bundle(entry) {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    write: false,
    legalComments: 'none',
    logLevel: 'silent',
  });
  return result.outputFiles[0].text;
}

try {
  await main();
} catch (error) {
  // Half a build must not be taken for one.
  rmSync(dist, { recursive: true, force: true });
  console.error(error instanceof StepFailed ? error.message : error);
  process.exitCode = 1;
}
