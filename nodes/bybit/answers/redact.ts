/**
 * Cleans foreign text before it goes anywhere: the exchange's answer to a bad signature quotes the
 * signed string, API key included, and a gateway may echo whole requests.
 */

const LONGEST = 300;
const HIDDEN = '[hidden]';

/** @returns a function that hides the secrets, drops control characters and shortens a text */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  // Very short secrets would blank out innocent letters; they protect nothing either.
  const hidden = secrets.filter((secret) => secret.length >= 4);
  return (text) => {
    let clean = text;
    for (const secret of hidden) clean = clean.replaceAll(secret, HIDDEN);
    clean = clean
      .replace(/origin_string\s*\[[^\]]*\]?/gi, `origin_string[${HIDDEN}]`)
      // A signature is 64 hex digits, or base64 of 256 bytes and more.
      .replace(/\b[0-9a-f]{64}\b/gi, HIDDEN)
      .replace(/[A-Za-z0-9+/]{300,}={0,2}/g, HIDDEN)
      // eslint-disable-next-line no-control-regex -- control characters are what is looked for
      .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
      .trim();
    return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…` : clean;
  };
}
