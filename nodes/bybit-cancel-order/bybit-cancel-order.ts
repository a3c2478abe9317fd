/**
 * The node `bybit-cancel-order`: every message that comes in leads to exactly one outcome.
 */
import type { NodeAPI, NodeDef } from 'node-red';
import type { RawSettings } from '../action/request/settings';
import type { WiredNode } from '../action/reply/deliver';
import { actionRunner } from '../action/run-action';
import { ACTION } from './cancel';
import { serveInstruments } from './serve-instruments';
import { readSettings } from './settings';

export default function (RED: NodeAPI): void {
  const run = actionRunner(RED);
  function BybitCancelOrder(this: WiredNode, definition: NodeDef & RawSettings) {
    RED.nodes.createNode(this, definition);
    const settings = readSettings(definition, (name) => RED.util.getSetting(this, name));
    run(this, settings, ACTION);
  }
  RED.nodes.registerType('bybit-cancel-order', BybitCancelOrder);
  serveInstruments(RED);
}
