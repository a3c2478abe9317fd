/** How a case ends from outside: at its deadline, or when its node closes. */
import type { Ending, Signal } from './signal';
import type { Time } from './time';

/** ms that requests under way have left after the node was closed */
const CLOSING_GRACE = 4000;

export interface Ends {
  /** ms left to the deadline */
  readonly remainingMs: number;
  /** aborted when the node closes */
  readonly closing?: Signal;
}

/** The deadline and the node's close, as the two signals see them. */
export function endsOf(
  options: Ends,
  time: Time,
  waits: Ending,
  wire: Ending,
): { closing: () => boolean; release: () => void } {
  let closing = false;
  const late = () => {
    waits.abort('late');
    wire.abort('late');
  };
  const deadline = time.after(options.remainingMs, late);
  // Over before it began: nothing is sent only to be cut off.
  if (options.remainingMs <= 0) late();
  let grace = deadline;
  const onClosing = () => {
    closing = true;
    waits.abort('closing');
    grace = time.after(CLOSING_GRACE, () => wire.abort('closing'));
  };
  options.closing?.addEventListener('abort', onClosing, { once: true });
  if (options.closing?.aborted) onClosing();
  return {
    closing: () => closing,
    release() {
      deadline.cancel();
      grace.cancel();
      options.closing?.removeEventListener('abort', onClosing);
    },
  };
}
