/** An account against the simulated exchange, over real sockets; ended with the test. */
import {
  accountOpener,
  type Account,
  type AccountOptions,
  type Address,
} from '../../nodes/bybit/account';
import type { Time } from '../../nodes/bybit/time/time';
import { IdleTime } from './idle-time';
import { startExchange, DEMO_KEY, type Exchange } from '../../simulator/exchange';

type Options = NonNullable<Parameters<typeof startExchange>[0]>;

export interface Stage {
  readonly exchange: Exchange;
  readonly account: Account;
  /** what the account told the flow author */
  readonly warnings: string[];
  /** Opens another account at the same exchange. */
  open(options?: Partial<AccountOptions>): Account;
  end(): Promise<void>;
}

export async function withExchange(
  exchangeOptions: Options = {},
  accountOptions: Partial<AccountOptions> = {},
  time?: Time,
  address?: Address,
): Promise<Stage> {
  const exchange = await startExchange(exchangeOptions);
  const openAccount = await accountOpener(time, address);
  const warnings: string[] = [];
  const accounts: Account[] = [];
  const open = (options: Partial<AccountOptions> = {}) => {
    const account = openAccount({
      environment: 'custom',
      restUrl: exchange.restUrl,
      streamUrl: exchange.streamUrl,
      apiKey: DEMO_KEY.apiKey,
      apiSecret: DEMO_KEY.secret,
      recvWindow: 5000,
      transport: 'http',
      warn: (text) => warnings.push(text),
      ...accountOptions,
      ...options,
    });
    accounts.push(account);
    return account;
  };
  return {
    exchange,
    account: open(),
    warnings,
    open,
    async end() {
      await Promise.all(accounts.map((account) => account.close()));
      await exchange.close();
    },
  };
}

export interface IdleStage extends Stage {
  readonly time: IdleTime;
}

/**
 * The same with time that passes only while nothing is under way (idle-time.ts). A cancel lets it pass until it
 * has its outcome.
 */
export async function withIdleTime(
  exchangeOptions: Options = {},
  accountOptions: Partial<AccountOptions> = {},
): Promise<IdleStage> {
  const time = new IdleTime();
  const onTime = { time: time.ofExchange, ...exchangeOptions };
  const stage = await withExchange(onTime, accountOptions, time);
  time.watch(stage.exchange);
  const inTime = (account: Account): Account => ({
    ...account,
    cancel: (...asked) => time.until(account.cancel(...asked)),
    cancelMany: (...asked) => time.until(account.cancelMany(...asked)),
    cancelAll: (...asked) => time.until(account.cancelAll(...asked)),
  });
  return {
    ...stage,
    time,
    account: inTime(stage.account),
    open: (options) => inTime(stage.open(options)),
  };
}
