import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readKeys, type RawCredentials } from '../../nodes/bybit-config/keys';

const unset = () => undefined;

describe('the keys of an account', () => {
  const keys = { apiKey: 'Key1', apiSecret: 'Secret1' };

  const problemWith = (raw: RawCredentials): string => {
    const { problem } = readKeys({ ...keys, ...raw }, unset);
    assert.ok(problem !== undefined, 'the keys were taken');
    return problem;
  };

  it('are trimmed', () => {
    assert.deepEqual(readKeys({ apiKey: ' Key1\n', apiSecret: '\tSecret1 ' }, unset), {
      value: keys,
    });
  });

  it('keep the line breaks of a private key', () => {
    const apiSecret = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----';
    assert.equal(
      readKeys({ ...keys, apiSecret: `${apiSecret}\n` }, unset).value?.apiSecret,
      apiSecret,
    );
  });

  for (const [property, label] of [
    ['apiKey', 'API key'],
    ['apiSecret', 'API secret'],
  ] as const) {
    it(`need the ${label}`, () => {
      for (const missing of [undefined, null, '', '  ']) {
        const expected = `The ${label} (${property}) is missing: enter it in the account's dialog. Exported flows don't carry it.`;
        assert.equal(problemWith({ [property]: missing }), expected);
      }
    });

    it(`name the variable when the ${label} names one that is not set`, () => {
      assert.equal(
        problemWith({ [property]: '${NOT_THERE}' }),
        `${property}: the environment variable NOT_THERE is not set.`,
      );
    });

    it(`refuse a variable amid other text as the ${label}`, () => {
      const problem = problemWith({ [property]: 'a-${NOT_THERE}' });
      assert.match(problem, /mixes a variable with other text/);
    });

    it(`refuse an ${label} that is no text`, () => {
      assert.equal(problemWith({ [property]: 5 }), `The ${label} (${property}) must be text.`);
    });
  }

  it('take variables', () => {
    const lookUp = (name: string) => ({ KEY: ' Key1', SECRET: 'Secret1' })[name];
    const read = readKeys({ apiKey: ' ${KEY} ', apiSecret: '${SECRET}' }, lookUp);
    assert.deepEqual(read.value, keys);
  });

  for (const apiKey of ['a b', 'a\r\nX-Other: 1', 'schlüssel', 'a\u200bb', 'a\u007fb']) {
    it(`refuse the API key ${JSON.stringify(apiKey)} without quoting it`, () => {
      assert.equal(
        problemWith({ apiKey }),
        'The API key (apiKey) contains blanks or characters that no key has: copy it again.',
      );
    });
  }
});
