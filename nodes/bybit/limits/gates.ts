/**
 * What a request has to pass besides the limit of its account: the bans of the IP address, and the
 * count of its HTTP requests.
 */
import type { Address, Fate, Purpose, Sender } from './address';

export interface Gate {
  /** Nobody passes, and waiting is in vain: a ban. */
  isShut(): boolean;
  /** Whether a request may pass at once. */
  isFree(): boolean;
  /**
   * A request passes.
   * @returns to be called once, when its answer came or won't; undefined when it doesn't count here
   */
  use(): ((fate: Fate) => void) | undefined;
  /** @param called once, when a request may pass @returns ends the wait */
  wait(called: () => void): () => void;
  /** @returns ms, monotonic: when a request may pass; Infinity while nobody knows */
  freeAt(): number;
}

/** Lets everything pass, and counts nothing. */
export const OPEN: Gate = {
  isShut: () => false,
  isFree: () => true,
  use: () => undefined,
  wait: () => () => undefined,
  freeAt: () => -Infinity,
};

/** What a request has to pass now. */
export type GateNow = () => Gate;

/** For requests over HTTP. */
export function gateOf(
  address: Address,
  sender: Sender,
  origin: string,
  purpose: Purpose,
): GateNow {
  const gate: Gate = {
    isShut: () => address.bannedUntil(origin) !== undefined,
    isFree: () => sender.isFree(),
    use: () => sender.use(purpose),
    wait: (called) => sender.wait(purpose, called),
    freeAt: () => sender.freeAt(),
  };
  return () => gate;
}

/** For requests that need no HTTP as long as another way is up. */
export function gateUnless(isOtherWayUp: () => boolean, http: GateNow): GateNow {
  return () => (isOtherWayUp() ? OPEN : http());
}
