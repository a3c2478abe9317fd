/**
 * Hands an outcome to the flow: sends on an output, or raises an error where nothing is wired to it,
 * and calls `done`. The one place that does; it is called once for each message (handle-message.ts).
 */
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { canCarry, writeFailure, writeRecord, writeSuccess, type Writer } from './message';
import { isSuccess, type Told, type ToldCode } from './told';

/** A node as Node-RED makes it; its wires can change while it runs. */
export type WiredNode = Node & {
  readonly wires: readonly (readonly string[])[];
  /** its group */
  readonly g?: string;
};

type Send = (messages: (NodeMessage | null)[]) => void;
type Done = (error?: Error) => void;

export interface Delivery {
  readonly msg: unknown;
  readonly send: Send;
  readonly done: Done;
  /** The node is closing: what it is wired to may be gone already. */
  readonly closing: boolean;
}

/**
 * A failure with nothing wired to output 2, for Catch nodes and the log. Node-RED copies an
 * error's own fields into messages: this one has no cause, and nothing in it but what is told anyway.
 */
export class OutcomeError extends Error {
  constructor(
    readonly code: ToldCode,
    message: string,
  ) {
    super(message);
  }

  /** Node-RED takes this as the message's text. */
  override toString(): string {
    return this.message;
  }
}

export function deliver<T extends Told>(
  RED: NodeAPI,
  node: WiredNode,
  writer: Writer<T>,
  told: T,
  delivery: Delivery,
): void {
  let error: OutcomeError | undefined;
  try {
    error = pass(RED, node, writer, told, delivery);
  } catch {
    error = failed(RED, node, writer, told, " The message can't be passed on.");
  }
  try {
    if (error === undefined) delivery.done();
    else delivery.done(error);
  } catch {
    // A message that Node-RED itself can't copy, say; the outcome must be on record all the same.
    warn(node, writer, told);
  }
}

/** @returns the error, where the message does not go to an output */
function pass<T extends Told>(
  RED: NodeAPI,
  node: WiredNode,
  writer: Writer<T>,
  told: T,
  { msg, send, closing }: Delivery,
): OutcomeError | undefined {
  const success = isSuccess(told.outcome);
  const wires = node.wires[success ? 0 : 1] ?? [];
  const isAlive = () => wires.some((id) => isThere(RED, id));
  const unheard = closing && !isAlive() && (wires.length > 0 || (!success && !hasCatch(RED, node)));
  if (unheard) warn(node, writer, told);
  if (!canCarry(msg)) return failed(RED, node, writer, told);
  if (success) {
    writeSuccess(msg, told, writer);
    send([msg, null]);
    return undefined;
  }
  // Wired to disabled nodes alone, a failure would be silent.
  if (!isAlive() && !(closing && wires.length > 0)) {
    writeRecord(msg, told, writer);
    // The warning has told it, and once is enough.
    return unheard ? undefined : failed(RED, node, writer, told);
  }
  writeFailure(msg, told, writer, { id: node.id, type: node.type, name: node.name ?? '' });
  send([null, msg]);
  if (!unheard) keep(node, writer, told);
  return undefined;
}

/** Catch nodes get the message with it; the log has the text alone, which names the order. */
function failed<T extends Told>(
  RED: NodeAPI,
  node: WiredNode,
  writer: Writer<T>,
  told: T,
  more = '',
): OutcomeError {
  let text = told.message;
  try {
    if (!hasCatch(RED, node)) text = writer.inWords(told);
  } catch {
    // The message must end, in fewer words.
  }
  return new OutcomeError(told.outcome, text + more);
}

function warn<T extends Told>(node: WiredNode, writer: Writer<T>, told: T): void {
  try {
    node.warn(writer.inWords(told));
  } catch {
    // Nothing is left to tell it by; what is under way must not break off for it.
  }
}

/** Whatever the flow makes of a failure, the log keeps that it was. */
function keep<T extends Told>(node: WiredNode, writer: Writer<T>, told: T): void {
  try {
    node.log(writer.inWords(told));
  } catch {
    // The message has been told: a log that fails must not have it told once more, as an error.
  }
}

function isThere(RED: NodeAPI, id: string): boolean {
  return (RED.nodes.getNode(id) as Node | null | undefined) != null;
}

/** Whether a Catch node that hears of this node is still there. */
function hasCatch(RED: NodeAPI, node: WiredNode): boolean {
  let found = false;
  RED.nodes.eachNode((one) => {
    found ||= one.type === 'catch' && one.z === node.z && hears(one, node) && isThere(RED, one.id);
  });
  return found;
}

/** Of a Catch node: nothing for all nodes of the flow, `group`, or the ids of some. */
interface Catching {
  readonly scope?: 'group' | readonly string[] | null;
  readonly g?: string;
}

/** One that hears of it by an outer group counts as none: then the text just says more. */
function hears(one: object, { id, g }: WiredNode): boolean {
  // Sound because only Catch nodes are asked.
  const { scope, g: group } = one as Catching;
  if (scope === 'group') return group !== undefined && group === g;
  return scope == null || scope.includes(id);
}
