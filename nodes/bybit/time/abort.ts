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
