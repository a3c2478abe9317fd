/** One field, read from where the dialog says: message, context, environment, expression. */
import { types } from 'node:util';
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { Refusal } from './refusal';
import type { FieldSetting } from './settings';

/** A value to be waited for. */
export class Late {
  constructor(readonly value: Promise<Box>) {}
}
/** Boxed: a promise would wait for a value with a `then`, and such a value has to be refused. */
export interface Box {
  readonly value: unknown;
}
/** A value, or a Late one. */
export type ReadField = (msg: NodeMessage) => unknown;
type Callback = (error: unknown, value: unknown) => void;

/** Prepares the reading of one field once, so that no message pays for parsing an expression. */
export function readerOf(
  RED: NodeAPI,
  node: Node,
  field: string,
  setting: FieldSetting,
): ReadField {
  const { source, expression } = setting;
  if (expression === '') return () => undefined;
  switch (source) {
    case 'str':
      return () => expression;
    case 'env':
      return () => readEnvironment(RED, node, field, expression);
    case 'jsonata':
      return prepareExpression(RED, node, field, expression);
    case 'msg':
      return prepareMessage(RED, node, field, expression);
    case 'flow':
    case 'global':
      return (msg) => {
        const value = boxed((done) =>
          RED.util.evaluateNodeProperty(expression, source, node, msg, done),
        );
        const where = `the ${source} context "${expression}"`;
        return new Late(value.catch(() => unreadable(field, where)));
      };
  }
}

function boxed(evaluate: (done: Callback) => void): Promise<Box> {
  return new Promise((resolve, reject) => {
    evaluate((error, value) => {
      if (error) reject(new Error(why(error)));
      else resolve({ value });
    });
  });
}

function unreadable(field: string, where: string): never {
  throw new Refusal('invalid-request', `${field} can't be read from ${where}.`);
}

/** Plain names and dots, the common case; Node-RED reads all others. */
const PLAIN_PATH = /^(msg\.)?[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;

function prepareMessage(RED: NodeAPI, node: Node, field: string, path: string): ReadField {
  const slowly: ReadField = (msg) => readMessage(RED, node, field, path, msg);
  if (!PLAIN_PATH.test(path) || path === 'msg') return slowly;
  const names = path.replace(/^msg\./, '').split('.');
  return (msg) => {
    try {
      let value: unknown = msg;
      let isThere = true;
      for (const name of names) {
        if (value === undefined || value === null) return isThere ? null : undefined;
        const holder = value as Record<string, unknown>;
        isThere = typeof holder === 'object' && name in holder;
        // V8 reads what is not there in its slowest way. A proxy or a text can give what it does not have.
        value = isThere || !isPlain(holder) ? holder[name] : undefined;
        isThere ||= value !== undefined;
      }
      return value === undefined && isThere ? null : value;
    } catch {
      return slowly(msg);
    }
  };
}

function isPlain(holder: unknown): boolean {
  return typeof holder === 'object' && !types.isProxy(holder);
}

function has(holder: unknown, name: PropertyKey): boolean {
  return typeof holder === 'object' && holder !== null && name in holder;
}

function readMessage(
  RED: NodeAPI,
  node: Node,
  field: string,
  path: string,
  msg: NodeMessage,
): unknown {
  try {
    const value: unknown = RED.util.evaluateNodeProperty(path, 'msg', node, msg);
    if (value !== undefined) return value;
  } catch {
    // Node-RED fails on `payload.orderId` without a payload; here that is just not given.
  }
  const absence = absenceOf(RED, path, msg);
  return absence === 'neither' ? unreadable(field, `msg.${path}`) : absence;
}

/**
 * Of a path that has no value.
 * @returns `undefined` where there is nothing; `null` where something is there without a value
 */
function absenceOf(RED: NodeAPI, path: string, msg: NodeMessage): undefined | null | 'neither' {
  try {
    const keys: unknown[] = RED.util.normalisePropertyExpression(path.replace(/^msg\./, ''), msg);
    let holder: unknown = msg;
    let isThere = true;
    for (const key of keys) {
      if (holder === undefined || holder === null) return isThere ? null : undefined;
      const parent: unknown = holder;
      holder = (parent as Record<PropertyKey, unknown>)[key as PropertyKey];
      isThere = holder !== undefined || has(parent, key as PropertyKey);
    }
    if (holder === undefined) return isThere ? null : undefined;
  } catch {
    // An invalid path, or a getter that throws.
  }
  return 'neither';
}

function readEnvironment(RED: NodeAPI, node: Node, field: string, expression: string): unknown {
  const mixed = [...expression.matchAll(/\$\{([^}]+)\}/g)].map((match) => match[1] ?? '');
  const names = mixed.length > 0 ? mixed : [expression];
  const unset = names.find((name) => (RED.util.getSetting(node, name) as unknown) === undefined);
  if (unset !== undefined) {
    throw new Refusal('not-configured', `${field}: the environment variable ${unset} is not set.`);
  }
  const isWhole = mixed.length === 0 || expression === `\${${names[0]}}`;
  const blank = isWhole
    ? undefined
    : names.find((name) => isBlank(RED.util.getSetting(node, name)));
  if (blank !== undefined) {
    throw new Refusal(
      'not-configured',
      `${field}: the environment variable ${blank} is blank, and only a part of the value.`,
    );
  }
  return RED.util.evaluateNodeProperty(expression, 'env', node, {}) as unknown;
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

function prepareExpression(RED: NodeAPI, node: Node, field: string, expression: string): ReadField {
  const failed = (error: unknown): never => {
    const text = `${field}: the JSONata expression fails. ${why(error)}`;
    throw new Refusal('invalid-request', text.trimEnd());
  };
  let prepared: ReturnType<NodeAPI['util']['prepareJSONataExpression']>;
  try {
    prepared = RED.util.prepareJSONataExpression(expression, node);
  } catch (error) {
    return () => failed(error);
  }
  return (msg) =>
    new Late(
      boxed((done) => RED.util.evaluateJSONataExpression(prepared, msg, done)).catch(failed),
    );
}

/** JSONata throws plain objects with a helpful text, functions called from it anything at all. */
function why(error: unknown): string {
  try {
    const text = (error as { message?: unknown }).message;
    return typeof text === 'string' ? text.replace(/\p{C}+/gu, ' ').slice(0, 200) : '';
  } catch {
    return '';
  }
}
