/**
 * When it is proved that nothing is left: two listings in a row show nothing new, the first one began
 * after everything that was under way had ended, and the order stream told of nothing since then. One
 * alone may be older than what it is read for: the exchange's lists lag behind its books.
 */
export class Proof {
  /** ms, monotonic: when the first of the two began */
  private since: number | undefined;

  /**
   * To be asked once for each listing.
   * @param isQuiet it shows nothing new, and began while nothing was under way
   * @param listedAt ms, monotonic: when it began
   * @param stirredAt ms, monotonic: when the order stream last told of an order in the scope
   */
  isGivenBy(isQuiet: boolean, listedAt: number, stirredAt: number): boolean {
    if (isQuiet && this.since !== undefined && stirredAt < this.since) return true;
    this.since = isQuiet ? listedAt : undefined;
    return false;
  }
}
