/**
 * An action node's life: every message that comes in leads to exactly one outcome, and closing waits
 * for those under way.
 */
import { setMaxListeners } from 'node:events';
import type { NodeAPI } from 'node-red';
import type { Read } from '../properties/values';
import type { Action } from './action';
import { deliver, type WiredNode } from './reply/deliver';
import { createFlowsStarted, type FlowsStarted } from './flows-started';
import { createHandler } from './handle-message';
import type { ActionSettings } from './request/settings';
import { createStatusLine, type StatusLine } from './reply/status';
import type { Told } from './reply/told';

/** Starts a node that Node-RED has just made. Its type's catalogue has the words of the status. */
export type RunAction = <F extends string, S extends ActionSettings<F>, Task, T extends Told>(
  node: WiredNode,
  settings: Read<S>,
  action: Action<F, S, Task, T>,
) => void;

/** For the nodes of one type. */
export function actionRunner(RED: NodeAPI): RunAction {
  const flowsStarted = createFlowsStarted(RED);
  return (node, settings, action) => runAction(RED, flowsStarted, node, settings, action);
}

function runAction<F extends string, S extends ActionSettings<F>, Task, T extends Told>(
  RED: NodeAPI,
  flowsStarted: FlowsStarted,
  node: WiredNode,
  settings: Read<S>,
  action: Action<F, S, Task, T>,
): void {
  const closing = new AbortController();
  // Every message that is on its way listens to it, and there may be a thousand.
  setMaxListeners(0, closing.signal);
  const status = openStatus(RED, node);
  const handler = createHandler(RED, node, settings, action, status, closing.signal);
  // An account can come back with a deploy that leaves this node as it is.
  const endLooks = flowsStarted.add(handler.lookUp);
  let pending = 0;
  let leave: () => void = () => undefined;
  const left = () => {
    pending -= 1;
    if (pending === 0) leave();
  };

  node.on('input', (msg, send, done) => {
    pending += 1;
    const tell = (told: T) =>
      deliver(RED, node, action.writer, told, { msg, send, done, closing: closing.signal.aborted });
    // A rejection would end the whole process.
    handler.handle(msg, Date.now(), tell).then(left, left);
  });
  const close = async () => {
    endLooks();
    closing.abort();
    // Messages can still come in while the last ones end.
    while (pending > 0) await new Promise<void>((resolve) => (leave = resolve));
    status.close();
    handler.release();
  };
  node.on('close', (done: () => void) => {
    void close().then(done, done);
  });
}

function openStatus(RED: NodeAPI, node: WiredNode): StatusLine {
  return createStatusLine(
    (shown) => node.status(shown),
    (word) => RED._(`${node.type}.status.${word}`),
  );
}
