/** Gives the health of an account what it learns from, and what it asks. */
import type { AccountOptions } from '../account-options';
import { createHealth, type AccountHealth } from '../health/account-health';
import type { Time } from '../time/time';
import type { Connections } from '../wire/connections';
import type { Exchange } from './exchange';
import { whoIsAsked } from './who-is-asked';

/** @param exchange is there as soon as the health can ask it anything */
export function openHealth(
  options: AccountOptions,
  { clock, clean, proxied }: Connections,
  time: Time,
  exchange: () => Exchange,
): AccountHealth {
  const nothing = () => undefined;
  return createHealth({
    ...{ time, clean, warn: options.warn, transport: options.transport },
    inform: options.inform ?? nothing,
    remind: options.remind ?? nothing,
    dismiss: options.dismiss ?? nothing,
    at: whoIsAsked(options, proxied).http,
    exchangeNow: () => clock.now(),
    askKey: () => exchange().askKey(),
    askOrder: () => exchange().askOrder(),
    probe: (limitMs) => exchange().probe(limitMs),
    bannedUntil: () => exchange().bannedUntil(),
    httpBannedUntil: () => exchange().httpBannedUntil(),
    streamUp: () => exchange().streamUp(),
    entryUp: () => exchange().entryUp(),
    wake: (takesKey) => exchange().wake(takesKey),
    followStream: () => exchange().follow({ confirm: true }),
  });
}
