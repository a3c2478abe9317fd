import assert from 'node:assert/strict';
import { createHmac, createVerify, generateKeyPairSync } from 'node:crypto';
import { createSigner, SigningError } from '../../../nodes/bybit/wire/signing';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const TEXT = '1700000000000KEY5000{"category":"linear"}';

const pem = (type: 'pkcs1' | 'pkcs8') =>
  rsa.privateKey.export({ format: 'pem', type }).toString().trim();

/** What text fields, environment variables and JSON do to line breaks. */
const FORMS: Record<string, (text: string) => string> = {
  intact: (text) => text,
  'with a final line break': (text) => `${text}\n`,
  CRLF: (text) => text.replaceAll('\n', '\r\n'),
  'escaped as \\n': (text) => text.replaceAll('\n', '\\n'),
  'escaped as \\r\\n': (text) => text.replaceAll('\n', '\\r\\n'),
  'turned into blanks': (text) => text.replaceAll('\n', ' '),
  gone: (text) => text.replaceAll('\n', ''),
  'indented, with text around': (text) => `key:\n  ${text.replaceAll('\n', '\n  ')}\nend`,
};

describe('signing', () => {
  it('HMAC: SHA-256 in lower-case hex', () => {
    const expected = createHmac('sha256', 'top secret').update(TEXT).digest('hex');
    assert.equal(createSigner('top secret')(TEXT), expected);
  });

  for (const type of ['pkcs1', 'pkcs8'] as const) {
    for (const [form, change] of Object.entries(FORMS)) {
      it(`RSA: ${type.toUpperCase()}, line breaks ${form}`, () => {
        const signature = createSigner(change(pem(type)))(TEXT);
        const verify = createVerify('RSA-SHA256').update(TEXT);
        assert.ok(verify.verify(rsa.publicKey, signature, 'base64'));
      });
    }
  }

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'x' };
  const unusable: Record<string, [string, RegExp]> = {
    'an encrypted key': [
      rsa.privateKey.export({ format: 'pem', type: 'pkcs8', ...encrypted }).toString(),
      /encrypted/,
    ],
    'an encrypted PKCS#1 key': [
      rsa.privateKey.export({ format: 'pem', type: 'pkcs1', ...encrypted }).toString(),
      /encrypted/,
    ],
    'a public key': [
      rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      /not an RSA private key/,
    ],
    'an elliptic-curve key': [
      ec.export({ format: 'pem', type: 'pkcs8' }).toString(),
      /not an RSA key/,
    ],
    'a key cut off': [pem('pkcs8').slice(0, 800), /no matching end/],
    'a key with its middle lost': [pem('pkcs8').replace(/\n.{64}\n/, '\n'), /can't be read/],
  };
  for (const [what, [secret, words]] of Object.entries(unusable)) {
    it(`refuses ${what}, in words and without quoting it`, () => {
      assert.throws(
        () => createSigner(secret),
        (error) => {
          assert.ok(error instanceof SigningError);
          assert.match(error.message, words);
          const body = secret.split('\n').filter((line) => /^[A-Za-z0-9+/=]{40,}$/.test(line));
          assert.ok(body.length > 0);
          for (const line of body) assert.ok(!`${error.message}${error.stack}`.includes(line));
          return true;
        },
      );
    });
  }
});
