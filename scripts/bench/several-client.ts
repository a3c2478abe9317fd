/** A client for several orders as a program: `several-client.ts WAY REST_URL STREAM_URL`. */
import { serveParent } from './calls';
import type { OpenOrder } from './common';
import { WAYS, type WayName } from './several-ways';

export interface Said {
  /** ms since the epoch, as the exchange's books have it */
  readonly startedAt: number;
  readonly doneAt: number;
  /** orders of which it said that they are not cancelled */
  readonly refused: number;
}

const [name = 'list', restUrl = '', streamUrl = ''] = process.argv.slice(2);
const opened = WAYS[name as WayName].open({ restUrl, streamUrl });
opened.catch(() => undefined);

serveParent({
  warm: async (order: OpenOrder) => (await opened).warm(order),
  cancel: async (orders: readonly OpenOrder[]): Promise<Said> => {
    const client = await opened;
    const startedAt = Date.now();
    const refused = await client.cancel(orders);
    return { startedAt, doneAt: Date.now(), refused };
  },
});
