/**
 * Whether a request may still be sent: one that its deadline cuts off before the answer leaves its
 * effect unknown.
 */

/** ms: the least that an answer needs, and what is always enough */
const LEAST_NEED = 50;
const LONGEST_NEED = 4000;
/** times the usual round trip: what an answer needs */
const NEED_TRIPS = 2;

/**
 * @param leftMs ms to the deadline
 * @param usualTrip ms: a recent typical round trip
 * @param isAlone nobody else waits for the turn: it goes if there is any chance
 */
export function isTooLate(leftMs: number, usualTrip: () => number, isAlone: boolean): boolean {
  if (leftMs >= LONGEST_NEED) return false;
  return leftMs < (isAlone ? LEAST_NEED : Math.max(LEAST_NEED, usualTrip() * NEED_TRIPS));
}
