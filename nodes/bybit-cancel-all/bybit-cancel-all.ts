/**
 * The node `bybit-cancel-all`: every open order that matches, and proof that none is left.
 */
import type { NodeAPI, NodeDef } from 'node-red';
import type { Action, Ready } from '../action/action';
import type { WiredNode } from '../action/reply/deliver';
import { actionRunner } from '../action/run-action';
import { ofCategory, type RawSettings } from '../action/request/settings';
import { isSuccess, timingSince } from '../action/reply/told';
import type { Scope } from '../bybit/model';
import { refuseEmptied } from '../action/request/emptied';
import type { LookUp } from '../properties/values';
import { servePreview } from './preview';
import { REPORT_OF_ALL, toldOfAll, type ToldOfAll } from './reply';
import { checkScope } from './check-scope';
import { DEFAULTS, readSettings, type Field, type Settings } from './settings';

/** A scope that is being swept, and how far that is. */
interface Task {
  readonly scope: Scope;
  done: number;
  total: number;
}

const PROPERTIES = Object.keys(DEFAULTS).filter((property) => property !== 'name');

const ACTION: Action<Field, Settings, Task, ToldOfAll> = {
  wanted: ({ fields }) => ({ confirm: true, lists: true, ...ofCategory(fields.category) }),
  check: (raw, { settings, account }, msg) => ({
    scope: checkScope(raw, settings, msg, account.symbols),
    ...{ done: 0, total: 0 },
  }),
  act: cancelAll,
  progressOf: (task) => task,
  countOf: ({ orders, listed }) => {
    if (listed !== undefined) return String(listed.length);
    if (orders.length === 0) return '';
    const closed = orders.filter(({ outcome }) => isSuccess(outcome)).length;
    return closed === orders.length ? String(closed) : `${closed}/${orders.length}`;
  },
  unsent: { counts: {}, orders: [], requests: 0 },
  unanswered: () => ({
    message: 'The cancels ended without an answer. Orders may still be open: look them up.',
    ...{ counts: {}, orders: [], requests: 0, complete: false, again: true },
  }),
  writer: REPORT_OF_ALL,
};

async function cancelAll(
  task: Task,
  { account, settings, signal }: Ready<Settings>,
  startedAt: number,
): Promise<ToldOfAll> {
  const { timeout, which, atMost, dryRun } = settings;
  const onProgress = (done: number, total: number) => Object.assign(task, { done, total });
  const out = await account.cancelAll(task.scope, {
    ...{ timeout, startedAt, signal, which, dryRun, onProgress },
    ...(atMost === '' ? {} : { atMost }),
  });
  const { environment, transport } = account;
  const { requests } = out;
  const frame = { environment, transport, timing: timingSince(startedAt), requests };
  return toldOfAll(out, frame, { dryRun, atMost });
}

export default function (RED: NodeAPI): void {
  const run = actionRunner(RED);
  function BybitCancelAll(this: WiredNode, definition: NodeDef & RawSettings) {
    RED.nodes.createNode(this, definition);
    const lookUp: LookUp = (name) => RED.util.getSetting(this, name);
    const given = refuseEmptied(RED, this, definition, PROPERTIES, lookUp);
    const settings = given.problem === undefined ? readSettings(definition, lookUp) : given;
    run(this, settings, ACTION);
  }
  RED.nodes.registerType('bybit-cancel-all', BybitCancelAll);
  servePreview(RED);
}
