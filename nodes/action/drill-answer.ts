/** What a drill tells its dialog: a cancel that could not hit, and what came of it. */
import type { Category, Environment, OutcomeCode, Transport } from '../bybit/model';

export interface Drilled {
  readonly outcome: OutcomeCode;
  /** in English */
  readonly message: string;
  readonly environment: Environment;
  readonly category: Category;
  readonly symbol: string;
  /** the way it went, and the way the account is set to */
  readonly transport: Transport;
  readonly setTo: Transport;
  /** the exchange has no such order, as it should be, but its records can't be read */
  readonly isAnswered: boolean;
  /** ms */
  readonly tookMs: number;
}

/** Why nothing was sent; the last two as the dialog finds them. */
export type DrillTrouble =
  'malformed' | 'busy' | 'failed' | 'account' | 'fields' | 'notAllowed' | 'noAnswer';

export type DrillAnswer =
  | Drilled
  | {
      readonly trouble: DrillTrouble;
      /** in English; blank where there is no more to say */
      readonly detail: string;
    };
