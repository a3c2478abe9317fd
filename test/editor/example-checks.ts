/** The examples, imported as a user does. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../package/commands';
import { waitFor } from './editor';
import { importExample } from './menus';
import type { FlowNode } from './red';
import { visit, type Theatre } from './visit';

const MODULE = '@node-red-bybit/cancel-order';
const folder = join(root, 'examples');
const examples = readdirSync(folder).filter((file) => file.endsWith('.json'));

export function checkExamples(theatre: () => Theatre): void {
  describe('The examples', () => {
    const editor = visit(theatre);

    for (const file of examples) {
      const name = file.replace(/\.json$/, '');
      it(`has "${name}" in the import dialog, and it is whole`, async () => {
        const before = new Set((await editor().nodes()).map(({ id }) => id));
        await importExample(editor(), MODULE, name);
        const flow = JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[];
        const label = String(flow.find(({ type }) => type === 'tab')?.label);
        await editor().openTab(label);
        await editor().shoot(`example ${name}`);
        const added = (await editor().nodes()).filter(({ id }) => !before.has(id));
        const types = flow.map(({ type }) => type).filter((type) => !/^(tab|group)$/.test(type));
        assert.deepEqual(added.map(({ type }) => type).sort(), types.sort());
        // Keys don't travel with flows.
        await waitFor('a mark on the account without a key', async () =>
          (await editor().nodes('bybit-config')).every(({ valid, id }) => before.has(id) || !valid),
        );
        const wrong = (await editor().nodes())
          .filter(({ id, type }) => !before.has(id) && type.startsWith('bybit-'))
          .flatMap(({ validationErrors = [] }) => validationErrors)
          .filter((error) => !/API (key|secret).* is missing/.test(error));
        assert.deepEqual(wrong, []);
      });
    }
  });
}
