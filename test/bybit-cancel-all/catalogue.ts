/** The English texts of the dialog, as the editor fills them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Say } from '../../nodes/properties/problems';

type Texts = Readonly<Record<string, unknown>>;

const nodes = join(__dirname, '../../nodes');

function textsOf(language: string): Texts {
  const read = (room: string, file: string) =>
    JSON.parse(
      readFileSync(join(nodes, room, 'locales', language, `${file}.json`), 'utf8'),
    ) as Texts;
  const { 'bybit-cancel-all': own } = read('bybit-cancel-all', 'bybit-cancel-all') as {
    readonly 'bybit-cancel-all': Texts;
  };
  const shared = read('action', 'action');
  return { ...shared, ...own, label: { ...(shared.label as object), ...(own.label as object) } };
}

/** A text that is missing, or lacks a value, is a failure. */
export function sayIn(language: string): Say {
  const texts = textsOf(language);
  return (key, values = {}) => {
    let text: unknown = texts;
    for (const step of key.split('.')) text = (text as Texts | undefined)?.[step];
    assert.equal(typeof text, 'string', `${key} is missing`);
    return String(text).replace(/__(\w+?)__/g, (_gap, name: string) => {
      assert.ok(name in values, `${key} lacks ${name}`);
      return String(values[name]);
    });
  };
}

/** What stands in a dialog; the rest as a new node has it. */
export const shown =
  (defaults: object, properties: object) =>
  (property: string): string => {
    const { [property]: value }: Texts = { ...defaults, ...properties };
    return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
  };
