/** From the properties and credentials of an account to what it is opened with. */
import type { AccountOptions } from '../bybit/account';
import type { Read } from '../values';
import { readProxy, readTls, type FindNode } from './network';
import type { Keys, Place } from './settings';

/** @param find finds the config nodes for TLS and proxy */
export function completeOptions(
  place: Place,
  keys: Read<Keys>,
  find: FindNode,
): Read<Omit<AccountOptions, 'warn'>> {
  if (keys.problem !== undefined) return keys;
  const tls = readTls(place.tls, find);
  if (tls.problem !== undefined) return tls;
  const proxy = readProxy(place.proxy, find);
  if (proxy.problem !== undefined) return proxy;
  const { environment, restUrl, streamUrl, recvWindow, transport } = place;
  return {
    value: {
      environment,
      restUrl,
      streamUrl,
      recvWindow,
      transport,
      ...keys.value,
      ...(tls.value === undefined ? {} : { tls: tls.value }),
      ...(proxy.value === undefined ? {} : { proxy: proxy.value }),
    },
  };
}
