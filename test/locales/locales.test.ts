/** The catalogues and helps of all languages say the same things as the English ones. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { HEALTH_CODES } from '../../nodes/bybit/model';
import { TOLD_CODES } from '../../nodes/action/reply/told';

const NODES = join(__dirname, '../../nodes');
const ENGLISH = 'en-US';
/** `es` serves each Spanish; `zh` would also be given to readers of traditional Chinese. */
const LANGUAGES = [ENGLISH, 'de', 'es', 'ja', 'ru', 'zh-CN'];
const ROOMS = ['bybit-config', 'bybit-cancel-order', 'bybit-cancel-orders', 'bybit-cancel-all'];
/** What a node can show: that it works, and each outcome. */
const STATUSES = [...new Set(['cancelling', ...TOLD_CODES, ...HEALTH_CODES])]
  .map((word) => `status.${word}`)
  .sort();
/** Characters; a longer one gives way to the English word. */
const LONGEST_STATUS = 19;

const read = (...path: string[]) => readFileSync(join(NODES, ...path), 'utf8');
const catalogueOf = (folder: string, language: string, file: string) =>
  flat(JSON.parse(read(folder, 'locales', language, `${file}.json`)) as Tree);
/** With what the build adds from `action`. */
const wholeCatalogueOf = (room: string, language: string) => {
  const shared = [...catalogueOf('action', language, 'action')];
  const added = shared.map(([key, text]): [string, string] => [`${room}.${key}`, text]);
  return new Map([...(room === 'bybit-config' ? [] : added), ...catalogueOf(room, language, room)]);
};

interface Tree {
  readonly [key: string]: string | Tree;
}

/** The texts by their whole keys: `bybit-config.label.name` … */
function flat(tree: Tree, before = ''): Map<string, string> {
  const texts = Object.entries(tree).map(([key, value]): [string, string][] =>
    typeof value === 'string'
      ? [[before + key, value]]
      : [...flat(value, `${before}${key}.`).entries()],
  );
  return new Map(texts.flat());
}

const gapsOf = (text: string) => (text.match(/__\w+?__/g) ?? []).sort();
const tagsOf = (html: string) => html.match(/<\/?[a-z][a-z0-9]*/g) ?? [];
/** A line may be broken within a tag, where a text has no blanks. */
const codesOf = (html: string) =>
  [...html.matchAll(/<code\s*>([^<]*)<\/code\s*>/g)].map(([, code]) => code).sort();
const linksOf = (html: string) => (html.match(/href="[^"]*"/g) ?? []).sort();

const CATALOGUES: [folder: string, file: string][] = [
  ['properties', 'problems'],
  ['action', 'action'],
  ...ROOMS.map((room): [string, string] => [room, room]),
];

describe('the languages', () => {
  for (const [folder, file] of CATALOGUES) {
    it(`of the texts of ${file} are all there`, () => {
      assert.deepEqual(readdirSync(join(NODES, folder, 'locales')).sort(), [...LANGUAGES].sort());
    });
    for (const language of LANGUAGES) {
      it(`have each text of ${file}, and no other (${language})`, () => {
        const english = catalogueOf(folder, ENGLISH, file);
        const texts = catalogueOf(folder, language, file);
        assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort());
        for (const [key, text] of texts) {
          assert.notEqual(text.trim(), '', key);
          assert.deepEqual(gapsOf(text), gapsOf(english.get(key)!), key);
        }
      });
    }
  }

  for (const room of ROOMS) {
    for (const language of LANGUAGES) {
      it(`have the help of ${room} with all its parts (${language})`, () => {
        const english = read(room, 'locales', ENGLISH, `${room}.html`);
        const help = read(room, 'locales', language, `${room}.html`);
        assert.match(help, new RegExp(`^<script type="text/html" data-help-name="${room}">`));
        assert.deepEqual(tagsOf(help), tagsOf(english));
        assert.deepEqual(codesOf(help), codesOf(english));
        assert.deepEqual(linksOf(help), linksOf(english));
        if (language !== ENGLISH) assert.notEqual(help, english);
      });
    }
  }

  for (const language of LANGUAGES) {
    it(`have the help that all actions share, and its place in each (${language})`, () => {
      const english = read('action', 'locales', ENGLISH, 'action.html');
      const help = read('action', 'locales', language, 'action.html');
      assert.deepEqual(tagsOf(help), tagsOf(english));
      assert.deepEqual(codesOf(help), codesOf(english));
      const button = catalogueOf('action', language, 'action').get('drill.button')!;
      assert.ok(help.replaceAll(/\s+/g, ' ').includes(`<i>${button}</i>`), button);
      for (const room of ROOMS.filter((one) => one !== 'bybit-config')) {
        assert.match(read(room, 'locales', language, `${room}.html`), /^ *<!-- action\.html -->$/m);
      }
    });

    it(`have statuses that fit under a node (${language})`, () => {
      const texts = catalogueOf('action', language, 'action');
      const statuses = [...texts].filter(([key]) => key.startsWith('status.'));
      const single = statuses.filter(([key]) => !key.startsWith('status.counted-'));
      assert.deepEqual(single.map(([key]) => key).sort(), STATUSES);
      for (const [key, text] of statuses) {
        assert.ok(text.replace('{count}', '14').length <= LONGEST_STATUS, key);
      }
    });
  }
});

describe('the dialogs', () => {
  for (const room of ROOMS) {
    it(`of ${room} name texts that exist`, () => {
      const texts = [...wholeCatalogueOf(room, ENGLISH).keys()];
      const template = read(room, `${room}.html`);
      const named = [...template.matchAll(/data-i18n="(?:\[\w+\])?([^"]+)"/g)].map(
        ([, key]) => key!,
      );
      assert.deepEqual(
        named.filter((key) => !texts.includes(key)),
        [],
      );
    });
  }
});
