/** Who answers an account's requests, for words. */
import type { Circumstances } from '../answers/explain';
import type { AccountOptions } from '../account-options';
import type { Transport } from '../model';

/** @param proxied whether REST goes through a proxy */
export function whoIsAsked(
  { environment, name, restUrl, streamUrl }: AccountOptions,
  proxied: boolean,
): Readonly<Record<Transport, Circumstances>> {
  const known = { environment, ...(name ? { account: name } : {}) };
  return {
    http: { ...known, host: new URL(restUrl).host, proxied },
    websocket: { ...known, host: new URL(streamUrl).host },
  };
}
