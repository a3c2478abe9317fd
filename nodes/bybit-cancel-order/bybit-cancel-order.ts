/**
 * The node `bybit-cancel-order`: every message that comes in leads to exactly one outcome.
 */
import type { NodeAPI, NodeDef } from 'node-red';
import type { WiredNode } from '../action/reply/deliver';
import { actionRunner } from '../action/run-action';
import { cancelOrder } from './cancel';
import { serveInstruments } from './instruments';
import { readSettings, type RawSettings } from './settings';

export = function (RED: NodeAPI): void {
  const run = actionRunner(RED);
  function BybitCancelOrder(this: WiredNode, definition: NodeDef & RawSettings) {
    RED.nodes.createNode(this, definition);
    const settings = readSettings(definition, (name) => RED.util.getSetting(this, name));
    run(this, settings, cancelOrder);
  }
  RED.nodes.registerType('bybit-cancel-order', BybitCancelOrder);
  serveInstruments(RED);
};
