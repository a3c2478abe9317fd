/** What the health of an account needs of the exchange and of the account. */
import type { Circumstances } from '../answers/explain';
import type { Transport } from '../model';
import type { Time } from '../time/time';
import type { Reply } from '../answers/reply';
import type { TellOptions } from './telling';

export interface HealthPort extends TellOptions {
  readonly time: Time;
  readonly transport: Transport;
  /** who is asked over HTTP, for words */
  readonly at: Circumstances;
  /** asks for the key's record */
  readonly askKey: () => Promise<Reply | undefined>;
  /** asks for something else with the key */
  readonly askOrder: () => Promise<Reply | undefined>;
  /** asks for the exchange's time, if that may be sent now */
  readonly probe: (limitMs: number) => Promise<unknown>;
  /** ms, monotonic: the end of a ban that keeps cancels from being sent */
  readonly bannedUntil: () => number | undefined;
  /** the same of all that goes over HTTP */
  readonly httpBannedUntil: () => number | undefined;
  readonly entryUp: () => boolean;
  readonly streamUp: () => boolean;
  /** Opens WebSockets that are down: the exchange answers again, or `takesKey` again. */
  readonly wake: (takesKey: boolean) => void;
  /**
   * Opens the order stream where the key's record can't be had: its login shows whether the key works.
   * @returns ends it
   */
  readonly followStream: () => () => void;
  readonly exchangeNow: () => number;
  readonly clean: (text: string) => string;
}
