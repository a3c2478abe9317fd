/** Real time with nothing left to chance: each back-off takes the shortest that it may. */
import { realTime, type Time } from '../../nodes/bybit/time/time';

/** Tries that fail at once come after 0, 100, 300, 700, 1500 ms: a deadline between cuts none. */
export const steadyTime: Time = { ...realTime, random: () => 0 };
