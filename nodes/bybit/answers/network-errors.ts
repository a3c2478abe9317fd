/**
 * Why no answer came, in words. Takes the fault's code alone: the error of an HTTP client carries
 * the whole request, key and signature included, and must not travel on.
 */

/** What a fault comes down to. */
export type FaultKind =
  | 'refused'
  | 'dns'
  | 'route'
  | 'late'
  | 'broken'
  | 'closed'
  | 'large'
  | 'proxyLogin'
  | 'proxyRefused'
  | 'status'
  | 'tls'
  | 'failed';

export interface Fault {
  readonly kind: FaultKind;
  /** a clause for the end of a sentence, without the final stop */
  readonly reason: string;
}

const KNOWN: Readonly<Record<string, readonly [FaultKind, string]>> = {
  ECONNREFUSED: ['refused', 'the connection was refused'],
  ENOTFOUND: ['dns', 'the host name is unknown (DNS): check the internet connection and the URL'],
  EAI_AGAIN: ['dns', 'the host name could not be looked up (DNS): check the internet connection'],
  EHOSTUNREACH: ['route', 'there is no route to the host'],
  ENETUNREACH: ['route', 'the network is unreachable'],
  ETIMEDOUT: ['late', 'the connection timed out'],
  ECONNRESET: ['broken', 'the connection broke'],
  EPIPE: ['broken', 'the connection broke'],
  ABORT_CLOSE: ['closed', 'the node was closed'],
  ABORT_LATE: ['late', 'no answer came in time'],
  ABORT_LARGE: ['large', 'the answer was larger than 1 MiB and was dropped'],
};

export function faultOf(error: unknown): Fault {
  const code = codeOf(error);
  const known = code === undefined ? undefined : KNOWN[code];
  if (known !== undefined) return { kind: known[0], reason: known[1] };
  const refusal = /^Bad response: (\d{3})$/.exec(textOf(error))?.[1];
  if (refusal === '407') {
    const reason = 'the proxy asks for a user name and password (HTTP 407)';
    return { kind: 'proxyLogin', reason };
  }
  if (refusal !== undefined) {
    return { kind: 'proxyRefused', reason: `the proxy refused to connect (HTTP ${refusal})` };
  }
  const status = /^Unexpected server response: (\d{3})$/.exec(textOf(error))?.[1];
  if (status !== undefined) return { kind: 'status', reason: `it answered HTTP ${status}` };
  if (code !== undefined && isTlsCode(code)) {
    const reason = `the TLS certificate or handshake was not accepted (${code}): behind a proxy that inspects TLS, set its CA in a tls-config`;
    return { kind: 'tls', reason };
  }
  const reason = code === undefined ? 'the connection failed' : `the connection failed (${code})`;
  return { kind: 'failed', reason };
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
