/** Counts what is under way, for who waits until nothing is. */
export class InFlight {
  private count = 0;
  private whenIdle: () => void = () => undefined;

  begin(): void {
    this.count += 1;
  }

  readonly end = (): void => {
    this.count -= 1;
    if (this.count === 0) this.whenIdle();
  };

  /** Resolves when nothing is under way; for one who waits. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.count === 0) resolve();
      else this.whenIdle = resolve;
    });
  }
}
