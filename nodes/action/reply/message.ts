/**
 * What an action node writes into a message, and how: read-only fields and setters give way where
 * they can.
 */
import type { NodeMessage } from 'node-red';
import { statusCodeOf, type Told } from './told';

/** The node that tells it, as Node-RED's own errors name theirs. */
export interface ErrorSource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

/** How one kind of node puts into a message what it tells. */
export interface Writer<T extends Told> {
  /** `msg.bybit`. Nothing in it may be shared with others: a flow may change what it gets. */
  readonly record: (told: T) => object;
  /** `msg.payload` of a success */
  readonly payload: (told: T) => object;
  /** `msg.error` of a failure */
  readonly error: (told: T, source: ErrorSource) => object;
  /** For the log, which has no message beside it. */
  readonly inWords: (told: T) => string;
}

const WRITTEN = ['payload', 'bybit', 'error', '_error', 'statusCode'] as const;

/** Whether a message can take the fields of a reply: not one that is frozen, or no object at all. */
export function canCarry(msg: unknown): msg is NodeMessage {
  const target = msg as object;
  try {
    const isExtensible = Reflect.isExtensible(target);
    for (const field of WRITTEN) {
      const own = Reflect.getOwnPropertyDescriptor(target, field);
      const takes = own === undefined ? isExtensible : own.configurable === true || own.writable;
      if (takes !== true) return false;
    }
    return true;
  } catch {
    // No object, or one that lets nobody look.
    return false;
  }
}

/** Writes a success into the message that asked for it, for output 1. */
export function writeSuccess<T extends Told>(msg: NodeMessage, told: T, writer: Writer<T>): void {
  moveError(msg);
  writeRecord(msg, told, writer);
  write(msg, 'payload', writer.payload(told));
}

/** Writes a failure into the message that asked for it, for output 2. The payload stays. */
export function writeFailure<T extends Told>(
  msg: NodeMessage,
  told: T,
  writer: Writer<T>,
  source: ErrorSource,
): void {
  moveError(msg);
  writeRecord(msg, told, writer);
  write(msg, 'error', writer.error(told, source));
}

/**
 * Writes what both outputs have: the record of what was done and its status code. For a message that
 * Catch nodes get this is all: Node-RED itself moves its `error` and counts its rounds by it.
 */
export function writeRecord<T extends Told>(msg: NodeMessage, told: T, writer: Writer<T>): void {
  write(msg, 'statusCode', statusCodeOf(told));
  write(msg, 'bybit', writer.record(told));
}

/** For the log: which of several accounts it was. */
export function inAccount(account: Told['account']): string {
  return account === undefined || account.name === '' ? '' : `, account "${account.name}"`;
}

/** Absent fields are absent, not undefined: a flow can ask for them with `has property`. */
export function present(fields: Record<string, unknown>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const field in fields) if (fields[field] !== undefined) given[field] = fields[field];
  return given;
}

/** As Node-RED does for Catch nodes, so that a message never shows an error it no longer has. */
function moveError(msg: NodeMessage): void {
  if (!Object.hasOwn(msg, 'error')) return;
  write(msg, '_error', msg.error);
  Reflect.deleteProperty(msg, 'error');
}

/**
 * Sets a field that is new or plain, which costs the least; defines anew any other, where it can: a
 * read-only one or a setter gives way.
 */
function write(msg: NodeMessage, field: (typeof WRITTEN)[number], value: unknown): void {
  if (!(field in msg) || isSettable(Reflect.getOwnPropertyDescriptor(msg, field))) {
    msg[field] = value;
  } else {
    const plain = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(msg, field, plain);
  }
}

/** A plain field; or one that nothing but its own setter can change. */
function isSettable(own: PropertyDescriptor | undefined): boolean {
  if (own === undefined) return false;
  return own.configurable === false || (own.writable === true && own.enumerable === true);
}
