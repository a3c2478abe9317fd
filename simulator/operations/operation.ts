/** What one operation of the exchange is given, and how it is counted and answered. */
import { uidOf, type SimulatedKey } from '../protocol/api-keys';
import { accepted, Refusal, refusals, type Answer } from '../protocol/answers';
import type { Behaviour } from '../books/behaviour';
import type { Books } from '../books/books';
import { checkMayTrade } from '../protocol/checks';
import type { Clock } from '../clock';
import type { Effect } from '../faults/fault-kinds';
import type { Category, Instruments } from '../books/instruments';
import type { LimitClass, RateLimiter } from '../protocol/limits';
import type { OrderFilter } from '../books/orders';
import { categoryOf, type Params } from '../protocol/params';
import type { Random } from '../random';
import type { Records } from './records';

export interface Exchangeable {
  readonly books: Books;
  readonly records: Records;
  readonly clock: Clock;
  readonly instruments: Instruments;
  readonly limiter: RateLimiter;
  readonly behaviour: Behaviour;
  /** whether it is the one for demo trading (API section demo) */
  readonly demoTrading: boolean;
  /** the filters that order/cancel takes for spot */
  readonly cancelFilters: ReadonlySet<OrderFilter>;
  readonly random: Random;
}

/** Who asks, and what is to become of it. */
export interface Caller {
  readonly key: SimulatedKey;
  /** index in `exchange.requests` */
  readonly request: number;
  /** the raw query string of a GET */
  readonly query?: string;
  /** of a WebSocket request */
  readonly reqId?: string | undefined;
  /** what a fault makes of it */
  readonly effect?: Effect | undefined;
}

export type Operation = (state: Exchangeable, params: Params, caller: Caller) => Answer;
export type PublicOperation = (state: Exchangeable, params: Params) => Answer;

type Run = (state: Exchangeable, params: Params, caller: Caller) => Answer['result'];

/** Counts the request and tells the limit with whatever comes of it. */
function limited(
  limiter: RateLimiter,
  visit: { uid: string; operation: string; limitClass: LimitClass },
  run: () => Answer['result'],
): Answer {
  const limit = limiter.visit(visit.uid, visit.operation, visit.limitClass);
  try {
    if (limit.exceeded) throw refusals.visits();
    return accepted(run(), limit);
  } catch (error) {
    if (error instanceof Refusal) return error.answer(limit);
    throw error;
  }
}

const SINGLE: Readonly<Record<Category, LimitClass>> = {
  linear: 'other',
  inverse: 'other',
  spot: 'spot',
  option: 'other',
};

/** @param pools the limit that counts, by category; default: that of single orders */
export function trading(operation: string, run: Run, pools = SINGLE): Operation {
  return (state, params, caller) => {
    const category = categoryOf(params);
    checkMayTrade(caller.key, category);
    const visit = { uid: uidOf(caller.key), operation, limitClass: pools[category] };
    return limited(state.limiter, visit, () => run(state, params, caller));
  };
}

export function query(operation: string, run: Run): Operation {
  return (state, params, caller) => {
    const visit = { uid: uidOf(caller.key), operation, limitClass: 'query' } as const;
    return limited(state.limiter, visit, () => run(state, params, caller));
  };
}
