/** Which way a cancel goes when the order entry is lost in the very moment of sending. */
import assert from 'node:assert/strict';
import { createAddress } from '../../../nodes/bybit/limits/address';
import { createClock } from '../../../nodes/bybit/wire/clock';
import { createPacing } from '../../../nodes/bybit/limits/limits';
import { createBatches } from '../../../nodes/bybit/sending/batch';
import { createDepart } from '../../../nodes/bybit/sending/departure';
import { createOrderEntry, type EntryHandlers } from '../../../nodes/bybit/sending/order-entry';
import type { RestRequest } from '../../../nodes/bybit/wire/http';
import { createSendCancel } from '../../../nodes/bybit/sending/send-cancel';
import { AbortSource } from '../../../nodes/bybit/time/abort';
import { FakeTime } from '../../support/fake-time';

const REQUEST = { category: 'linear', symbol: 'BTCUSDT', orderId: 'one' } as const;
const ORIGINS = { http: 'https://api.example', websocket: 'wss://stream.example' };

describe('a cancel whose order entry is just closing', () => {
  it('goes over HTTP, once, in a turn that counts at the IP address', async () => {
    const time = new FakeTime();
    const clock = createClock(time.wall, () => undefined);
    const address = createAddress(time, { most: 1 });
    const noted = { open: [] as EntryHandlers[], asked: [] as RestRequest[], starts: 0 };
    const entry = createOrderEntry({
      open: (handlers) => {
        noted.open.push(handlers);
        return { send: () => false, wake: () => undefined, close: () => undefined };
      },
      ...{ recvWindow: 5000, limitMs: 2000, exchangeNow: time.wall, time },
      clean: (text) => text,
    });
    noted.open[0]?.onReady();
    const entryUp = () => entry.up();
    const pacing = createPacing({ time, clock, address, origins: ORIGINS, entryUp });
    const host = { environment: 'testnet', host: 'example' } as const;
    const ask = (request: RestRequest) => {
      noted.asked.push(request);
      const wire = { kind: 'reply', retCode: 0, retMsg: 'OK' } as const;
      return Promise.resolve({ wire, sentAt: 0, receivedAt: 0 });
    };
    const at = { http: host, websocket: host };
    const depart = createDepart(ask, entry, () => 0);
    const batches = createBatches({ depart, pacing, at, time, clean: (text) => text });
    const send = createSendCancel({ depart, batches, pacing, at });
    const signal = new AbortSource();
    const cancel = () =>
      send(REQUEST, {
        ...{
          queuedAt: time.now(),
          alone: false,
          dueAt: Infinity,
          untilStop: signal,
          untilCutOff: signal,
          onSent: () => undefined,
        },
        onStart: () => (noted.starts += 1),
      });
    assert.equal((await cancel()).meaning, 'accepted');
    assert.deepEqual([noted.asked.length, noted.starts], [1, 1]);
    assert.equal(address.join(() => undefined).isFree(), false);
    entry.close();
  });
});
