/** An account that can't be opened as it is configured. The message says what to mend. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
}
