/** From the properties and credentials of an account to what it is opened with. */
import type { AccountOptions } from '../bybit/account';
import { collector, firstProblem, type Checked, type Read } from '../properties/values';
import type { Keys } from './keys';
import { readProxy, readTls, type FindNode } from './network';
import type { CheckedPlace } from './place';

export type Options = Omit<AccountOptions, 'warn'>;

/** @param find finds the config nodes for TLS and proxy */
export function completeOptions(
  place: CheckedPlace,
  keys: Checked<Keys>,
  find: FindNode,
): Read<Options> {
  return firstProblem(checkOptions(place, keys, find));
}

/** As `completeOptions`, with everything that is wrong. */
export function checkOptions(
  place: CheckedPlace,
  keys: Checked<Keys>,
  find: FindNode,
): Checked<Options> {
  const { keep, problems } = collector([...place.problems, ...keys.problems]);
  const tls = keep(readTls(place.tls ?? '', find));
  const proxy = keep(readProxy(place.proxy ?? '', find));
  if (problems.length > 0 || !place.value || !keys.value) return { problems };
  const { environment, restUrl, streamUrl, recvWindow, transport, symbols } = place.value;
  return {
    problems,
    value: {
      environment,
      restUrl,
      streamUrl,
      recvWindow,
      transport,
      ...(symbols.length > 0 ? { symbols } : {}),
      ...keys.value,
      ...(tls === undefined ? {} : { tls }),
      ...(proxy === undefined ? {} : { proxy }),
    },
  };
}
