/**
 * From an outcome to what the flow gets: the fields of the message, or an error for Catch nodes.
 */
import type { NodeMessage } from 'node-red';
import {
  isRetryable,
  STATUS_CODES,
  type OrderRecord,
  type Outcome,
  type OutcomeCode,
} from '../bybit/model';

/** An outcome, or as much of one as there is when nothing was sent. */
export type Told = Partial<Outcome> & Pick<Outcome, 'outcome' | 'message' | 'attempts' | 'timing'>;

/** The node that tells it, as Node-RED's own errors name theirs. */
export interface Source {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

/**
 * A failure with nothing wired to output 2, for Catch nodes and the log. Node-RED copies an
 * error's own fields into messages: this one has no cause, and nothing in it but what is told anyway.
 */
export class OutcomeError extends Error {
  constructor(
    readonly code: OutcomeCode,
    message: string,
  ) {
    super(message);
  }

  /** Node-RED takes this as the message's text. */
  override toString(): string {
    return this.message;
  }
}

/** The fields of an outcome that `msg.bybit` has, in this order. */
const TOLD = [
  'outcome',
  'environment',
  'transport',
  'category',
  'symbol',
  'orderId',
  'orderLinkId',
  'orderFilter',
  'order',
  'confirmedBy',
  'retCode',
  'retMsg',
  'attempts',
  'timing',
  'rateLimit',
] as const satisfies readonly (keyof Outcome)[];

const WRITTEN = ['payload', 'bybit', 'error', '_error', 'statusCode'] as const;

/** Whether a message can take the fields of a reply: not one that is frozen, or no object at all. */
export function canCarry(msg: unknown): msg is NodeMessage {
  const target = msg as object;
  try {
    const isExtensible = Reflect.isExtensible(target);
    return WRITTEN.every((field) => {
      if (!Object.hasOwn(target, field)) return isExtensible;
      const own = Reflect.getOwnPropertyDescriptor(target, field);
      return own?.configurable === true || own?.writable === true;
    });
  } catch {
    // No object, or one that lets nobody look.
    return false;
  }
}

/** Writes a success into the message that asked for it, for output 1. */
export function writeSuccess(msg: NodeMessage, told: Told): void {
  moveError(msg);
  writeRecord(msg, told);
  const { outcome, category, symbol, order } = told;
  const payload = {
    outcome,
    category,
    symbol,
    orderId: told.orderId || order?.orderId || '',
    orderLinkId: told.orderLinkId || order?.orderLinkId || '',
  };
  if (order !== undefined) {
    const { orderStatus, cumExecQty, avgPrice } = order;
    const cancelType = cancelTypeOf(order);
    Object.assign(payload, present({ orderStatus, cancelType, cumExecQty, avgPrice }));
  }
  write(msg, 'payload', payload);
}

/** Writes a failure into the message that asked for it, for output 2. The payload stays. */
export function writeFailure(msg: NodeMessage, told: Told, source: Source): void {
  moveError(msg);
  writeRecord(msg, told);
  const { order, retCode, retMsg } = told;
  const error = {
    message: told.message,
    code: told.outcome,
    retryable: isRetryable(told.outcome),
    retryAfterMs: told.retryAfterMs,
    retCode,
    retMsg,
    orderStatus: order?.orderStatus,
    cancelType: order && cancelTypeOf(order),
    cumExecQty: order?.cumExecQty,
    source,
  };
  write(msg, 'error', present(error));
}

/**
 * Writes what both outputs have: the record of the cancel and its status code. For a message that
 * Catch nodes get this is all: Node-RED itself moves its `error` and counts its rounds by it.
 */
export function writeRecord(msg: NodeMessage, told: Told): void {
  write(msg, 'statusCode', STATUS_CODES[told.outcome]);
  const record: Record<string, unknown> = {};
  for (const field of TOLD) if (told[field] !== undefined) record[field] = told[field];
  // The order's record may be shared with other messages, and a flow may change what it gets.
  if (told.order !== undefined) record.order = structuredClone(told.order);
  if (told.rateLimit !== undefined) record.rateLimit = { ...told.rateLimit };
  record.timing = { ...told.timing };
  write(msg, 'bybit', record);
}

/** Who or what closed the order (API section enum/canceltype); records of open ones have none. */
function cancelTypeOf({ cancelType }: OrderRecord): string | undefined {
  const isKnown = typeof cancelType === 'string' && cancelType !== '' && cancelType !== 'UNKNOWN';
  return isKnown ? cancelType : undefined;
}

/** As Node-RED does for Catch nodes, so that a message never shows an error it no longer has. */
function moveError(msg: NodeMessage): void {
  if (!Object.hasOwn(msg, 'error')) return;
  write(msg, '_error', msg.error);
  Reflect.deleteProperty(msg, 'error');
}

/** Absent fields are absent, not undefined: a flow can ask for them with `has property`. */
function present(fields: Record<string, unknown>): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const field in fields) if (fields[field] !== undefined) given[field] = fields[field];
  return given;
}

/**
 * Sets a field that is new, which costs the least; defines anew one that is there, where it can: a
 * read-only one or a setter gives way.
 */
function write(msg: NodeMessage, field: (typeof WRITTEN)[number], value: unknown): void {
  const isNew = !(field in msg);
  if (isNew || Reflect.getOwnPropertyDescriptor(msg, field)?.configurable === false) {
    msg[field] = value;
  } else {
    const plain = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(msg, field, plain);
  }
}
