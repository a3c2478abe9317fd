/** ms from the acknowledgement of a cancel to its event on the order stream */
export const EVENT_DELAY = 5;
