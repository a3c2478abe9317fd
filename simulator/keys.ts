/** Keys for the tests, made as they are needed; and a certificate for 127.0.0.1, for tests only. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RsaKeys {
  /** PEM; what the exchange is given */
  readonly publicKey: string;
  /** PEM, `BEGIN RSA PRIVATE KEY` */
  readonly pkcs1: string;
  /** PEM, `BEGIN PRIVATE KEY` */
  readonly pkcs8: string;
}

export function rsaKeys(): RsaKeys {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    pkcs1: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    pkcs8: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Self-signed, for localhost and 127.0.0.1, good for a hundred years and for tests only. */
export function testCertificate(): { key: string; cert: string } {
  const read = (name: string) => readFileSync(join(__dirname, 'fixtures', name), 'utf8');
  return { key: read('test-only-key.pem'), cert: read('test-only-cert.pem') };
}
