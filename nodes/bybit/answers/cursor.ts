/**
 * Reads the cursor of a page. Replies tell it as it is or encoded once, and the next query encodes it
 * once: encoded twice, the exchange does not know it.
 */
export function plainCursor(cursor: unknown): string {
  if (typeof cursor !== 'string') return '';
  try {
    return decodeURIComponent(cursor);
  } catch {
    return cursor;
  }
}
