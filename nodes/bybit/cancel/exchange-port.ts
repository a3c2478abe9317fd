/** What the rules of a cancel need of the world. Each port settles soon after its signal ends it. */
import type {
  CancelRequest,
  Environment,
  OrderRecord,
  RateLimit,
  SentRequest,
  Transport,
} from '../model';
import type { Meaning } from '../answers/meaning';
import type { Signal } from '../time/abort';
import type { Time } from '../time/time';

/** What came of one send: its reply, as the rules of a cancel read it. */
export interface Answer {
  readonly meaning: Meaning;
  /** What it means, in words for a person; called only where somebody will read them. */
  readonly explain: () => string;
  readonly transport: Transport;
  /** ms since the epoch: when it was signed, by this machine's clock */
  readonly signedAt: number;
  readonly retCode?: number | undefined;
  readonly retMsg?: string | undefined;
  /** of an acknowledgement */
  readonly orderId?: string | undefined;
  readonly orderLinkId?: string | undefined;
  readonly rateLimit?: RateLimit | undefined;
  /** ms, monotonic: when the next turn is likely; of a refusal for the rate */
  readonly retryAt?: number | undefined;
  /** It came for a batch as a whole: the next send goes without one. */
  readonly alone?: boolean | undefined;
}

/** A send that did not happen: the wait for its turn was ended. */
export interface NotSent {
  readonly meaning?: undefined;
  /**
   * `unanswered`: it was held up by requests without an answer, not by the limit.
   * `late`: its turn came, and too little time was left to hear an answer
   */
  readonly why: 'ended' | 'unanswered' | 'late';
  /** ms, monotonic: when a turn is likely, where that is known */
  readonly retryAt?: number | undefined;
}

/** A ban of this IP address. */
export interface Ban {
  /** ms, monotonic */
  readonly until: number;
  /** Says for how long nothing is sent. */
  readonly explain: () => string;
}

export interface SendOptions {
  /** ms, monotonic: since when it waits in line; the smallest goes first */
  readonly queuedAt: number;
  /** ms, monotonic: when its answer must be there to be of use */
  readonly dueAt: number;
  /** ends the wait for a turn */
  readonly untilStop: Signal;
  /** ends the request itself */
  readonly untilCutOff: Signal;
  /** it must not go in a batch */
  readonly alone: boolean;
  /**
   * called when the turn has come
   * @param request stands for the request that it goes in: the same for all orders of a batch
   */
  readonly onStart: (request: object) => void;
  /** called when the first byte can have left: from then on it may work */
  readonly onSent: () => void;
}

/** A cancel that goes in one request with others. */
export interface Joined {
  readonly request: SentRequest;
  readonly options: SendOptions;
  /** It goes; called once. */
  readonly go: (answer: Promise<Answer>) => void;
}

export interface LookUpOptions extends Pick<SendOptions, 'queuedAt' | 'untilStop' | 'untilCutOff'> {
  /** called for each request that is sent */
  readonly onRequest: () => void;
}

/**
 * `place`: the open orders and the last closed ones, under the request's symbol.
 * `history`: the closed orders, under any symbol. `anywhere`: as `place`, under any symbol.
 */
export type LookUpScope = 'place' | 'history' | 'anywhere';

export type LookUpAnswer =
  | { readonly readable: true; readonly record?: OrderRecord }
  | {
      readonly readable: false;
      /** for lack of access: key, permission, address or region */
      readonly refused?: boolean;
    };

export interface Watcher {
  /** a record of the order, final or not */
  record(record: OrderRecord): void;
  /** the stream was lost or is back: what it did not tell must be looked up */
  wake(): void;
}

export interface ExchangePort {
  readonly time: Time;
  readonly environment: Environment;
  /** the account as its owner calls it, for words */
  readonly account?: string;
  /** the way that cancels are sent as long as none was */
  readonly transport: Transport;
  send(request: SentRequest, options: SendOptions): Promise<Answer | NotSent>;
  lookUp(request: SentRequest, scope: LookUpScope, options: LookUpOptions): Promise<LookUpAnswer>;
  /** @returns ends the watch */
  watch(request: CancelRequest, watcher: Watcher): () => void;
  streamUp(): boolean;
  /** @returns the ban that keeps cancels from being sent now, if there is one */
  ban(): Ban | undefined;
  /** Measures the clock offset, unless that was done after a request was signed. */
  measureClock(signedAt: number, signal: Signal): Promise<void>;
}
