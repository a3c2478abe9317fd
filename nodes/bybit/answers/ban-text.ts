/** How long a ban of this IP address lasts, in words. */
import type { Time } from '../time/time';

const MINUTE = 60_000;

/** @param until ms, monotonic */
export function banText(host: string, until: number, time: Time): string {
  const minutes = Math.ceil((until - time.now()) / MINUTE);
  const left = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return `Nothing is sent to ${host} before ${endOf(until, time)} (${left} from now).`;
}

/** @returns the second after which it is over, UTC */
export function endOf(until: number, time: Time): string {
  const ms = time.wall() + until - time.now();
  return `${new Date(Math.ceil(ms / 1000) * 1000).toISOString().slice(11, 19)} UTC`;
}
