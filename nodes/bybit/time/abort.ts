/**
 * Endings within one message. An `AbortSignal` says the same, but a message has several, and each
 * costs more than all else that it does before the request leaves.
 */

/** What is asked of a signal here; an `AbortSignal` is one too. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A signal and the way to give it, once. */
export class AbortSource implements Signal {
  aborted = false;
  reason: unknown = undefined;
  private readonly listeners: (() => void)[] = [];

  abort(reason?: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (let told = this.listeners.shift(); told !== undefined; told = this.listeners.shift()) {
      told();
    }
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.aborted) this.listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const place = this.listeners.indexOf(listener);
    if (place >= 0) this.listeners.splice(place, 1);
  }
}

/**
 * Either of two: one that is always the same, and a node's. A node's is listened to once, however many
 * messages the node has on their way: listeners that come and go with every message are garbage that only a full
 * collection frees.
 */
export function withEach(closing: AbortSource): (signal: AbortSignal) => Signal {
  const known = new WeakMap<AbortSignal, AbortSource>();
  return (signal) => {
    const before = known.get(signal);
    if (before !== undefined) return before;
    const either = new AbortSource();
    known.set(signal, either);
    const abort = () => {
      either.abort();
      closing.removeEventListener('abort', abort);
      signal.removeEventListener('abort', abort);
    };
    closing.addEventListener('abort', abort);
    if (signal.aborted || closing.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    return either;
  };
}
