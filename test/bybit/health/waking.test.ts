/** WebSockets that are down are opened by what shows that they can be, over real sockets. */
import { afterEach, describe, it } from 'mocha';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_KEY, startExchange } from '../../../simulator/exchange';
import { happens, received } from '../../support/actions';
import { follow } from '../../support/follow-health';
import { QuickTime } from '../../support/quick-time';
import { withExchange, type Stage } from '../../support/with-exchange';

/** Real time, in which long pauses never end and chance makes each pause as long as it can be. */
class StuckTime extends QuickTime {
  constructor(from: number) {
    super([{ from, factor: 1e-4 }]);
  }
  override readonly random = (): number => 1;
}

describe('as soon as the cause is over, however long the pauses of its sockets have grown', function () {
  this.timeout(20_000);
  let stage: Stage;
  afterEach(() => stage.end());
  /** Waits as long as that never end here. */
  const openStuck = (pauseMs: number) =>
    withExchange({}, {}, new StuckTime(pauseMs)).then((opened) => (stage = opened));

  it('the order stream is open again, with the first answer over HTTP', async () => {
    // The third pause of the socket is longer.
    await openStuck(3000);
    const { exchange, account } = stage;
    follow(account);
    await happens(exchange, () => exchange.connections.private === 1);
    const { port } = exchange;
    await exchange.close();
    await sleep(5000);
    const back = await startExchange({ port });
    try {
      await happens(back, () => back.connections.private === 1);
    } finally {
      await account.close();
      await back.close();
    }
  });

  it('the order stream is open again, once the key is accepted', async () => {
    await openStuck(20_000);
    const { exchange, account } = stage;
    const node = follow(account);
    await node.hears('ready');
    exchange.removeKey(DEMO_KEY.apiKey);
    exchange.cutStreams();
    await node.hears('key-refused');
    const sinceThen = received(exchange, 'ws:auth').length;
    exchange.setKey(DEMO_KEY);
    const { orderId } = exchange.books.place({ category: 'linear', symbol: 'BTCUSDT' });
    const request = { category: 'linear', symbol: 'BTCUSDT', orderId } as const;
    await account.cancel(request, { confirm: false, timeout: 1000 });
    await happens(exchange, () => received(exchange, 'ws:auth').length > sinceThen);
    await node.hears('ready');
  });
});
