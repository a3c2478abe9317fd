/** The HTTP requests of one account: counted, and those for what is no order sent when there is room. */
import type { Pacing } from '../limits/limits';
import type { Pacer } from '../limits/pacer';
import type { AskLightly, Rest, RestAnswer } from '../wire/http';
import type { Signal } from '../time/abort';

/** @param wait for a turn, where there is none at once; without it nothing is sent then */
export function askPaced(
  ask: Rest,
  pacer: Pacer,
  read: Pacing['read'],
  wait?: (until: Signal) => ReturnType<Pacer['turn']>,
): (request: Parameters<AskLightly>[0], until?: Signal) => ReturnType<AskLightly> {
  return async (request, until) => {
    const turn = pacer.atOnce() ?? (until === undefined ? undefined : await wait?.(until));
    if (!turn?.granted) return undefined;
    const answer = await ask({ ...request, method: 'GET', unsigned: true });
    read(pacer, turn, answer);
    return answer;
  };
}

export interface Requests {
  readonly ask: Rest;
  /** how many there were */
  readonly count: () => number;
  readonly quiet: () => Promise<void>;
  readonly stop: () => void;
}

export function countRequests(rest: Rest): Requests {
  let underway = 0;
  let asked = 0;
  let stopped = false;
  let leave: () => void = () => undefined;
  return {
    stop: () => (stopped = true),
    async ask(request) {
      if (stopped) return NOT_SENT;
      underway += 1;
      asked += 1;
      try {
        return await rest(request);
      } finally {
        underway -= 1;
        if (underway === 0) leave();
      }
    },
    count: () => asked,
    quiet: () =>
      new Promise((resolve) => {
        if (underway === 0) resolve();
        else leave = resolve;
      }),
  };
}

const NOT_SENT: RestAnswer = {
  wire: { kind: 'failure', sent: false, reason: 'the account was closed' },
  sentAt: 0,
  receivedAt: 0,
};
