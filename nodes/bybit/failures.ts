/**
 * Why no answer came, in words. Takes the fault's code alone: the error of an HTTP client carries
 * the whole request, key and signature included, and must not travel on.
 */

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is unknown (DNS): check the internet connection and the URL',
  EAI_AGAIN: 'the host name could not be looked up (DNS): check the internet connection',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'the connection timed out',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ABORT_CLOSE: 'the node was closed',
  ABORT_LATE: 'no answer came in time',
  ABORT_LARGE: 'the answer was larger than 1 MiB and was dropped',
};

/** @returns a clause for the end of a sentence, without the final stop */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const known = code === undefined ? undefined : REASONS[code];
  if (known !== undefined) return known;
  const refusal = /^Bad response: (\d{3})$/.exec(textOf(error))?.[1];
  if (refusal !== undefined) {
    return refusal === '407'
      ? 'the proxy asks for a user name and password (HTTP 407)'
      : `the proxy refused to connect (HTTP ${refusal})`;
  }
  const status = /^Unexpected server response: (\d{3})$/.exec(textOf(error))?.[1];
  if (status !== undefined) return `it answered HTTP ${status}`;
  if (code !== undefined && isTlsCode(code)) {
    return `the TLS certificate or handshake was not accepted (${code}): behind a proxy that inspects TLS, set its CA in a tls-config`;
  }
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}

function isTlsCode(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ERR_OSSL)/.test(code);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
