/** What can be asked of the exchange, over REST and (orders only) over the WebSocket order entry. */
import { permissionsOf, uidOf } from '../protocol/api-keys';
import { accepted, refusals } from '../protocol/answers';
import { cancelBatch, cancelBatchByEntry } from './batches';
import { cancelAll } from './cancel-all';
import { cancelOrder } from './cancel-order';
import { createOrder } from './create-order';
import { instrumentsInfo } from './instruments-info';
import { query, type Operation, type PublicOperation } from './operation';

const realtime = query('order/realtime', ({ records }, params, { key, query: raw = '' }) =>
  records.realtime({ uid: uidOf(key), params, query: raw }),
);

const history = query('order/history', ({ records }, params, { key, query: raw = '' }) =>
  records.history({ uid: uidOf(key), params, query: raw }),
);

/** API section user/apikey-info. Any key may ask, but of demo trading. */
const queryApi = query('user/query-api', ({ clock, demoTrading }, _params, { key }) => {
  if (demoTrading) throw refusals.demo();
  const expiry = key.expiredAt === undefined ? undefined : Date.parse(key.expiredAt);
  const day = 24 * 60 * 60 * 1000;
  return {
    id: '1',
    note: key.note ?? '',
    apiKey: key.apiKey,
    readOnly: key.readOnly === true ? 1 : 0,
    secret: '',
    permissions: permissionsOf(key),
    ips: key.ips ?? ['*'],
    type: 1,
    deadlineDay: expiry === undefined ? -2 : Math.floor((expiry - clock.server()) / day),
    expiredAt: key.expiredAt ?? '1970-01-01T00:00:00Z',
    createdAt: '2025-01-01T00:00:00Z',
    unified: 0,
    uta: 1,
    userID: Number(uidOf(key)),
    inviterID: 0,
    rsaPublicKey: key.publicKey ?? '',
    isMaster: true,
    parentUid: '0',
  };
});

/** API section market/time */
const time: PublicOperation = ({ clock }) => {
  const now = clock.server();
  return accepted({ timeSecond: String(Math.floor(now / 1000)), timeNano: `${now}000000` });
};

const listInstruments: PublicOperation = ({ instruments }, params) =>
  accepted(instrumentsInfo(instruments, params));

export const PRIVATE_OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST order/create': createOrder,
  'POST order/cancel': cancelOrder,
  'POST order/cancel-batch': cancelBatch,
  'POST order/cancel-all': cancelAll,
  'GET order/realtime': realtime,
  'GET order/history': history,
  'GET user/query-api': queryApi,
};

export const PUBLIC_OPERATIONS: Readonly<Record<string, PublicOperation>> = {
  'GET market/time': time,
  'GET market/instruments-info': listInstruments,
};

/** API section websocket/trade/guideline */
export const ORDER_ENTRY_OPERATIONS: Readonly<Record<string, Operation>> = {
  'order.create': createOrder,
  'order.cancel': cancelOrder,
  'order.cancel-batch': cancelBatchByEntry,
};
