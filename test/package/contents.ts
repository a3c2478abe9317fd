/** What lies in the installed package. */
import assert from 'node:assert/strict';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { root } from './commands';

const SHIPPED = [
  /^(?:README|CHANGELOG|SECURITY)\.md$/,
  /^LICENSE$/,
  /^package\.json$/,
  /^examples\/[^/]+\.json$/,
  /^dist\/runtime\.js$/,
  /^dist\/bybit-[a-z-]+\/[^/]+\.(?:js|html)$/,
  /^dist\/bybit-[a-z-]+\/locales\/[\w-]+\/[^/]+\.(?:json|html)$/,
  /^dist\/bybit-[a-z-]+\/icons\/[^/]+\.svg$/,
];

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

/** Nothing is missing, nothing is there that should not be, and nothing tells where it was built. */
export async function checkContents(folder: string, types: readonly string[]): Promise<void> {
  const found = await files(folder);
  const names = found.map((file) => relative(folder, file).split(sep).join('/'));
  const strange = names.filter((name) => !SHIPPED.some((pattern) => pattern.test(name)));
  assert.deepEqual(strange, [], 'nothing is there that should not be');
  const documents = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'];
  const built = types.flatMap((type) => [
    `dist/${type}/${type}.js`,
    `dist/${type}/${type}.html`,
    `dist/${type}/locales/en-US/${type}.json`,
    `dist/${type}/locales/en-US/${type}.html`,
  ]);
  const missing = [...documents, 'dist/runtime.js', ...built].filter(
    (name) => !names.includes(name),
  );
  assert.deepEqual(missing, [], 'nothing is missing');
  for (const file of found) await checkNoTrace(file);
}

async function checkNoTrace(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  for (const path of [root, `${homedir()}${sep}`, `${sep}home${sep}`, `${sep}Users${sep}`]) {
    assert.ok(!text.includes(path), `${file} has the path ${path}`);
  }
  assert.doesNotMatch(text, /sourceMappingURL/, `${file} names a source map`);
}

/** @returns in words, how much an installation takes */
export async function footprint(modules: string): Promise<string> {
  const lock = JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8')) as {
    packages: object;
  };
  const count = Object.keys(lock.packages).length;
  const sizes = (await files(modules)).map(async (file) => (await lstat(file)).size);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  return `${count} packages installed, ${(bytes / 1_000_000).toFixed(2)} MB`;
}
