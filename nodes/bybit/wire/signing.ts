/**
 * Signatures of the v5 API (section guide): HMAC-SHA256 in lower-case hex, or RSA-SHA256 in base64
 * when the secret is a PEM private key.
 */
import { createHmac, createPrivateKey, createSecretKey, sign, type KeyObject } from 'node:crypto';

export class SigningError extends Error {
  override readonly name = 'SigningError';
}

/** Signs a text. The key stays inside the closure, out of reach of `util.inspect`. */
export type Signer = (text: string) => string;

/**
 * @param secret an HMAC secret, or a PEM (PKCS#1 or PKCS#8) as a text field may have left it: line
 *   breaks intact, CRLF, escaped, turned into blanks, or gone
 * @throws SigningError when a PEM can't be used; its text holds nothing of the key
 */
export function createSigner(secret: string): Signer {
  if (secret.includes('-----BEGIN')) {
    const key = readPem(secret);
    return (text) => sign('RSA-SHA256', Buffer.from(text), key).toString('base64');
  }
  const key = createSecretKey(Buffer.from(secret));
  return (text) => createHmac('sha256', key).update(text).digest('hex');
}

function readPem(secret: string): KeyObject {
  const text = secret.replace(/(?:\\r)?\\n|\\r/g, '\n');
  const found = /-----BEGIN\s+([A-Z ]+?)\s*-----([\s\S]*?)-----END\s+\1\s*-----/.exec(text);
  const label = found?.[1];
  const body = found?.[2];
  if (label === undefined || body === undefined) {
    throw new SigningError('The API secret begins like a PEM key but has no matching end line.');
  }
  if (label === 'ENCRYPTED PRIVATE KEY' || body.includes('ENCRYPTED')) {
    throw new SigningError('The private key is encrypted: give it without a passphrase.');
  }
  if (label !== 'PRIVATE KEY' && label !== 'RSA PRIVATE KEY') {
    throw new SigningError('The API secret is a PEM, but not an RSA private key.');
  }
  const key = readDer(Buffer.from(body.replace(/\s+/g, ''), 'base64'), label);
  if (key.asymmetricKeyType !== 'rsa') {
    throw new SigningError('The private key is not an RSA key, and Bybit takes no other.');
  }
  return key;
}

function readDer(der: Buffer, label: 'PRIVATE KEY' | 'RSA PRIVATE KEY'): KeyObject {
  const type = label === 'RSA PRIVATE KEY' ? 'pkcs1' : 'pkcs8';
  try {
    return createPrivateKey({ key: der, format: 'der', type });
  } catch {
    // OpenSSL's own error is left behind: it may carry the input.
    throw new SigningError("The private key can't be read: paste it whole, from BEGIN to END.");
  }
}
