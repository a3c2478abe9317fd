/**
 * The node `bybit-cancel-order`: every message that comes in leads to exactly one outcome.
 */
import { setMaxListeners } from 'node:events';
import type { NodeAPI, NodeDef } from 'node-red';
import { createCanceller } from './cancel';
import { deliver, type WiredNode } from './deliver';
import { serveInstruments } from './instruments';
import type { Told } from './reply';
import { readSettings, type RawSettings } from './settings';
import { createStatusLine } from './status';

function startNode(RED: NodeAPI, node: WiredNode, raw: RawSettings): void {
  const closing = new AbortController();
  // Every message that is on its way listens to it, and there may be a thousand.
  setMaxListeners(0, closing.signal);
  const status = createStatusLine(
    (shown) => node.status(shown),
    (word) => RED._(`bybit-cancel-order.status.${word}`),
  );
  const settings = readSettings(raw, (name) => RED.util.getSetting(node, name));
  const canceller = createCanceller(RED, node, settings, status, closing.signal);
  let pending = 0;
  let leave: () => void = () => undefined;

  node.on('input', (msg, send, done) => {
    pending += 1;
    const left = () => {
      pending -= 1;
      if (pending === 0) leave();
    };
    const tell = (told: Told) =>
      deliver(RED, node, told, { msg, send, done, closing: closing.signal.aborted });
    // A rejection would end the whole process.
    canceller.cancel(msg, Date.now(), tell).then(left, left);
  });
  const close = async () => {
    closing.abort();
    // Messages can still come in while the last ones end.
    while (pending > 0) await new Promise<void>((resolve) => (leave = resolve));
    status.close();
    canceller.release();
  };
  node.on('close', (done: () => void) => {
    void close().then(done, done);
  });
}

export = function (RED: NodeAPI): void {
  function BybitCancelOrder(this: WiredNode, definition: NodeDef & RawSettings) {
    RED.nodes.createNode(this, definition);
    startNode(RED, this, definition);
  }
  RED.nodes.registerType('bybit-cancel-order', BybitCancelOrder);
  serveInstruments(RED);
};
