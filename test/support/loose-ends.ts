/** What a test opened, ended after it: the last first, since the first serve the later ones. */
export class LooseEnds {
  private readonly ends: (() => Promise<void>)[] = [];

  keep<T extends { end(): Promise<void> } | { close(): Promise<void> }>(one: T): T {
    this.ends.push(() => ('end' in one ? one.end() : one.close()));
    return one;
  }

  async tie(): Promise<void> {
    for (const end of this.ends.splice(0).reverse()) await end();
  }
}
