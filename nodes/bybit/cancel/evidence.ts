/** What is known of one cancel, and in which phase it is. */
import type {
  CancelRequest,
  OrderRecord,
  OutcomeCode,
  RateLimit,
  SentRequest,
  Transport,
} from '../model';
import type { Answer, NotSent } from './exchange-port';

/**
 * Whether what was sent can have had an effect that no record has shown yet.
 * `answered`: only by a code that proves nothing; records that stay open settle that it had none.
 * `lasting`: accepted, or never answered; the effect can come at any time.
 */
export type Doubt = 'none' | 'answered' | 'lasting';

/** `refused`: the look-up itself was refused for lack of access. */
export type Found = 'closed' | 'open' | 'none' | 'unreadable' | 'refused';

/** A look-up that has ended. */
export interface Look {
  readonly found: Found;
  /** under any symbol too */
  readonly everywhere: boolean;
  /** ms: when it began; what it read may be as old */
  readonly since: number;
}

export type Observation =
  /** its turn came */
  | { readonly kind: 'started' }
  /** the first byte can have left: from now on it can take effect */
  | { readonly kind: 'sent' }
  | { readonly kind: 'answered'; readonly answer: Answer; readonly cutOff: boolean }
  | { readonly kind: 'notSent'; readonly notSent: NotSent }
  | { readonly kind: 'record'; readonly record: OrderRecord; readonly by: 'stream' | 'query' }
  | ({ readonly kind: 'looked' } & Look)
  | { readonly kind: 'waited'; readonly ms: number }
  | { readonly kind: 'measured' };

/** What the rules may ask about the present. */
export interface Moment {
  /** ms, monotonic */
  readonly now: number;
  /** ms to the deadline */
  readonly remaining: number;
  /** the node closed: nothing new is sent, and one last look-up is made */
  readonly closing: boolean;
  /** the time is over: nothing more is done */
  readonly late: boolean;
  readonly streamUp: boolean;
  /** 0 … 1, for jitter */
  readonly random: number;
}

export type RefusalCode = 'rejected' | 'unauthorized' | 'rate-limited';

export type Phase =
  | { readonly name: 'sending' }
  /** the clock offset is measured before the next send; ms since the epoch: when it was signed */
  | { readonly name: 'measuring'; readonly signedAt: number }
  /** a pause, then the next send */
  | { readonly name: 'backingOff' }
  /** acknowledged: wait for a final record, look up, wait longer; ms: since when, the last wait */
  | {
      readonly name: 'confirming';
      readonly since: number;
      readonly interval?: number;
      readonly next: Next;
    }
  /** the exchange has no such open order: the records tell what became of it */
  | Searching
  /** no verdict yet for what may have taken effect: the records tell */
  | Doubting
  | { readonly name: 'done'; readonly code?: OutcomeCode; readonly detail?: string };

type Next = 'look' | 'wait';

export interface Searching {
  readonly name: 'searching';
  readonly next: Next;
  readonly round: number;
  /** look-ups that found nothing anywhere they asked */
  readonly misses: number;
  readonly opens: number;
  /** readings that show the order open in another place */
  readonly elsewhere: number;
  readonly askedEverywhere: boolean;
}

export interface Doubting {
  readonly name: 'doubting';
  readonly next: Next;
  readonly round: number;
  readonly opens: number;
  /** look-ups that were refused for lack of access */
  readonly refusals: number;
  /** what is said once records that stay open have settled the doubt; without one: nothing is */
  readonly code?: RefusalCode;
  /** whether to send again where the records do not tell */
  readonly resend: boolean;
}

/** The final record, and whether a send of this message can have brought it about. */
export interface Settlement {
  readonly record: OrderRecord;
  readonly by: 'stream' | 'query';
  readonly byThisMessage: boolean;
}

export interface Evidence {
  readonly request: CancelRequest;
  /** as it is sent: by orderId once an acknowledgement has told it, with the record's filter */
  readonly followed: SentRequest;
  readonly confirm: boolean;
  readonly phase: Phase;
  readonly doubt: Doubt;
  /** ms: when the last answer came that proves nothing */
  readonly doubtAt: number;
  /** a request is out that can take effect */
  readonly underway: boolean;
  readonly attempts: number;
  /** ms: when the last send started */
  readonly sentAt: number;
  /** ms: since when it waits in line for its next request */
  readonly queuedAt: number;
  /** ms: the first acknowledgement */
  readonly ackAt: number | undefined;
  /** a batch as a whole failed it: the next send goes without one */
  readonly alone: boolean;
  readonly transport: Transport;
  readonly answer: Answer | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** why the last send did not happen */
  readonly notSent: NotSent['why'] | undefined;
  /** ms, monotonic: when the next turn is likely, by what came of the last send */
  readonly retryAt: number | undefined;
  /** the last record that showed the order open */
  readonly open: OrderRecord | undefined;
  /** ms: when the last look-up began that showed it open */
  readonly openAt: number;
  readonly settled: Settlement | undefined;
  readonly lookedUp: boolean;
  /** the one look-up after the node closed was made */
  readonly lastLook: boolean;
  /** what is done only so many times: by its name, how often it was */
  readonly counts: Readonly<Partial<Record<'once' | 'clock' | 'resent', number>>>;
}

export interface Beginning {
  readonly confirm: boolean;
  readonly transport: Transport;
  /** ms, monotonic */
  readonly now: number;
  /** another request of the same message may have closed it */
  readonly inDoubt?: boolean | undefined;
}

export function beginEvidence(
  request: CancelRequest,
  { confirm, transport, now, inDoubt = false }: Beginning,
): Evidence {
  return {
    request,
    followed: request,
    confirm,
    phase: { name: 'sending' },
    doubt: inDoubt ? 'lasting' : 'none',
    doubtAt: inDoubt ? now : 0,
    underway: false,
    attempts: 0,
    sentAt: now,
    queuedAt: now,
    ackAt: undefined,
    alone: false,
    transport,
    answer: undefined,
    rateLimit: undefined,
    notSent: undefined,
    retryAt: undefined,
    open: undefined,
    openAt: -Infinity,
    settled: undefined,
    lookedUp: false,
    lastLook: false,
    counts: {},
  };
}
