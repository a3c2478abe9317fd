/**
 * The requests of a connection test. They count at the IP address like all others, go last, and a
 * ban that one of them meets holds for the accounts too.
 */
import type { Address } from '../limits/address';
import { endOf } from '../answers/ban-text';
import type { Finding } from './findings';
import { gateOf } from '../limits/gates';
import { fateOf, LIMITS } from '../limits/limits';
import { createPacer } from '../limits/pacer';
import type { Reply } from '../answers/reply';
import type { Rest, RestRequest } from '../wire/http';
import { meaningOf } from '../answers/meaning';
import type { Time } from '../time/time';

export interface CheckRequests {
  /** @returns the answer; a trouble where none was asked for, or where it is a ban */
  ask(
    path: string,
    how?: Partial<Pick<RestRequest, 'unsigned' | 'fields'>>,
  ): Promise<Reply | Finding>;
  close(): void;
}

export interface CheckRequestsOptions extends Pick<RestRequest, 'limitMs' | 'signal'> {
  readonly address: Address;
  readonly origin: string;
  readonly time: Time;
}

export const SILENT: Finding = {
  trouble: 'unreachable',
  fault: 'late',
  detail: 'no answer came in time',
};

export function openCheckRequests(
  rest: Rest,
  { address, origin, time, limitMs, signal }: CheckRequestsOptions,
): CheckRequests {
  const sender = address.join(() => pacer.serve());
  const pacer = createPacer(LIMITS.light, time, 1, gateOf(address, sender, origin, 'other'));
  const ban = (): Finding => {
    const until = address.bannedUntil(origin) ?? time.now();
    return { trouble: 'banned', detail: `until ${endOf(until, time)}` };
  };
  return {
    async ask(path, how) {
      const turn = pacer.atOnce() ?? (await pacer.turn(time.now(), signal));
      if (!turn.granted) return turn.why === 'banned' ? ban() : SILENT;
      const reply = await rest({ method: 'GET', path, fields: {}, limitMs, signal, ...how });
      const isBan = meaningOf(reply.wire) === 'banned';
      if (isBan) address.ban(origin);
      turn.learn(undefined, undefined, fateOf(reply));
      return isBan ? ban() : reply;
    },
    close: () => sender.leave(),
  };
}
