/** The two kinds of exchange that connections are tried with: in the clear, and over TLS. */
import { testCertificate } from '../../simulator/keys';
import type { withExchange } from './with-exchange';

type Options = Required<Parameters<typeof withExchange>>;
type StageOptions = readonly [forExchange: Options[0], forAccount: Options[1]];

export const certificate = testCertificate();

/** An exchange in the clear. */
export const PLAIN: StageOptions = [{}, {}];
/** An exchange that speaks TLS, and an account that trusts its certificate. */
export const SECURE: StageOptions = [{ tls: certificate }, { tls: { ca: certificate.cert } }];

export const BOTH = [
  ['http', PLAIN],
  ['https', SECURE],
] as const;

/** A name that no DNS knows: it can be reached through a proxy alone. */
export const UNKNOWN_HOST = 'api.exchange.invalid';
