/** The HTTP requests of one account: counted, and those for what is no order sent when there is room. */
import type { Pacing } from '../limits/limits';
import type { Pacer } from '../limits/pacer';
import type { Reply } from '../answers/reply';
import type { AskLightly, Rest } from '../wire/http';
import type { Signal } from '../time/abort';
import { InFlight } from '../time/in-flight';

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
    const reply = await ask({ ...request, method: 'GET', unsigned: true });
    read(pacer, turn, reply);
    return reply;
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
  const underway = new InFlight();
  let asked = 0;
  let stopped = false;
  return {
    stop: () => (stopped = true),
    async ask(request) {
      if (stopped) return NOT_SENT;
      underway.begin();
      asked += 1;
      try {
        return await rest(request);
      } finally {
        underway.end();
      }
    },
    count: () => asked,
    quiet: () => underway.idle(),
  };
}

const NOT_SENT: Reply = {
  wire: { kind: 'failure', sent: false, reason: 'the account was closed' },
  sentAt: 0,
  receivedAt: 0,
};
