/** What nodes of one type do whenever flows have started: one listener for all, however many there are. */
import type { NodeAPI } from 'node-red';

export interface FlowsStarted {
  /** @returns ends it */
  add(look: () => void): () => void;
}

export function createFlowsStarted(RED: NodeAPI): FlowsStarted {
  const all = new Set<() => void>();
  const lookAll = () => {
    for (const look of all) look();
  };
  return {
    add(look) {
      if (all.size === 0) RED.events.on('flows:started', lookAll);
      all.add(look);
      return () => {
        if (all.delete(look) && all.size === 0) RED.events.off('flows:started', lookAll);
      };
    },
  };
}
