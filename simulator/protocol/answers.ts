/** What the exchange answers, whichever way it was asked; the codes of API section error. */
import type { LimitState } from './limits';

export interface Answer {
  readonly retCode: number;
  readonly retMsg: string;
  readonly result: Readonly<Record<string, unknown>>;
  /** `retExtInfo`; default: empty */
  readonly extInfo?: Readonly<Record<string, unknown>>;
  /** Told in the reply's headers. */
  readonly limit?: LimitState | undefined;
}

export const accepted = (result: Answer['result'], limit?: LimitState): Answer => ({
  retCode: 0,
  retMsg: 'OK',
  result,
  limit,
});

/** Thrown wherever a request is refused. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly retCode: number,
    readonly retMsg: string,
  ) {
    super(`${retCode} ${retMsg}`);
  }

  answer(limit?: LimitState): Answer {
    return { retCode: this.retCode, retMsg: this.retMsg, result: {}, limit };
  }
}

/** @returns the answer, or the refusal as one */
export function answerOf(run: () => Answer): Answer {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) return error.answer();
    throw error;
  }
}

export const refusals = {
  params: (what: string) => new Refusal(10001, `params error: ${what}`),
  time: (asked: string, server: number, window: string) =>
    new Refusal(
      10002,
      'invalid request, please check your server timestamp or recv_window param. ' +
        `req_timestamp[${asked}],server_timestamp[${server}],recv_window[${window}]`,
    ),
  key: () => new Refusal(10003, 'API key is invalid.'),
  signature: (signed: string) => new Refusal(10004, `error sign! origin_string[${signed}]`),
  permission: () => new Refusal(10005, 'Permission denied, please check your API key permissions.'),
  visits: () => new Refusal(10006, 'Too many visits!'),
  ip: () => new Refusal(10010, "Unmatched IP, please check your API key's bound IP addresses."),
  demo: () => new Refusal(10032, 'Demo trading are not supported.'),
  op: (op: string) => new Refusal(10404, `op type is not found: ${op}`),
  reqId: () => new Refusal(20006, 'reqId is duplicated'),
  /** Of one order in a batch; the API ties no code to it. */
  batchLimit: (retCode: number) =>
    new Refusal(retCode, 'Too many visits. Exceeded the API Rate Limit.'),
  expired: () => new Refusal(33004, 'Your api key has expired.'),
  goneDerivative: () => new Refusal(110001, 'order not exists or too late to cancel'),
  duplicateDerivative: () => new Refusal(110072, 'OrderLinkedID is duplicate'),
  filter: () => new Refusal(170201, 'Invalid orderFilter parameter'),
  duplicateSpot: () => new Refusal(170141, 'Duplicate clientOrderId'),
  goneSpot: () => new Refusal(170213, 'Order does not exist.'),
} as const;
