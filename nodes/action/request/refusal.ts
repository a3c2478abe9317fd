import type { OutcomeCode } from '../../bybit/model';

/** Why nothing is sent. The message names the field or property and says what to mend. */
export class Refusal extends Error {
  constructor(
    readonly code: Extract<OutcomeCode, 'invalid-request' | 'not-configured' | 'unavailable'>,
    message: string,
    /** The fields that could be read, for the message's record of what it asked for. */
    readonly known: object = {},
  ) {
    super(message);
  }
}
