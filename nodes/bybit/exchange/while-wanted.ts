/**
 * Keeps something up for as long as anybody wants it.
 * @param start called for each who wants it
 * @param stop called when the last one does no more
 * @returns to be called by who wants it; what that returns ends it for them
 */
export function whileWanted(start: (isFirst: boolean) => void, stop: () => void): () => () => void {
  let wanting = 0;
  return () => {
    wanting += 1;
    start(wanting === 1);
    let isWanted = true;
    return () => {
      if (!isWanted) return;
      isWanted = false;
      wanting -= 1;
      if (wanting === 0) stop();
    };
  };
}
