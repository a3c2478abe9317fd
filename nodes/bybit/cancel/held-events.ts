/** Events of the order stream for an order that is known by its own id alone. */
import type { OrderRecord } from '../model';

/** Events of an order that is known by its own id alone, kept until its orderId is known. */
const MOST_HELD = 16;

export interface HeldEvents {
  /** An event came. */
  readonly take: (record: OrderRecord) => void;
  /** An acknowledgement came; perhaps it tells the orderId. */
  readonly release: (orderId: string | undefined) => void;
}

/**
 * An own id may have been used before, and the stream may still tell of the order that had it then.
 * So its events count only once the acknowledgement has told which order it is.
 */
export function holdEvents(
  knownId: string | undefined,
  see: (record: OrderRecord) => void,
): HeldEvents {
  let orderId = knownId;
  let held: OrderRecord[] = [];
  return {
    take(record) {
      if (orderId === undefined) held = [...held, record].slice(-MOST_HELD);
      else if (record.orderId === orderId) see(record);
    },
    release(known) {
      if (orderId !== undefined || known === undefined || known === '') return;
      orderId = known;
      for (const record of held) if (record.orderId === known) see(record);
      held = [];
    },
  };
}
