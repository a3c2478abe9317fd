/** Who is told of an order, whichever of its ids is known. */
import assert from 'node:assert/strict';
import type { Watcher } from '../../../nodes/bybit/cancel/exchange-port';
import { OrderWatchers } from '../../../nodes/bybit/exchange/order-watchers';
import type { OrderRecord } from '../../../nodes/bybit/model';

const COMMON = { category: 'linear', symbol: 'BTCUSDT' } as const;

function recordOf(orderId: string, orderLinkId = ''): OrderRecord {
  return { ...COMMON, orderId, orderLinkId } as OrderRecord;
}

describe('the watchers of orders', () => {
  let watchers: OrderWatchers;
  let told: string[];
  beforeEach(() => {
    watchers = new OrderWatchers();
    told = [];
  });
  const watcher = (name: string): Watcher => ({
    record: ({ orderId }) => void told.push(`${name} ${orderId}`),
    wake: () => void told.push(`${name} wakes`),
  });

  it('hear of their order alone, by its id or by the one of its owner', () => {
    watchers.watch({ ...COMMON, orderId: '1' }, watcher('a'));
    watchers.watch({ ...COMMON, orderLinkId: 'mine' }, watcher('b'));
    watchers.tell(recordOf('1'));
    watchers.tell(recordOf('2', 'mine'));
    watchers.tell(recordOf('mine', '1'));
    assert.deepEqual(told, ['a 1', 'b 2']);
  });

  it('all hear, also one that ends its watch as soon as it hears', () => {
    const end = watchers.watch(
      { ...COMMON, orderId: '1' },
      { record: () => end(), wake: () => undefined },
    );
    const leave = watchers.watch({ ...COMMON, orderId: '1' }, watcher('b'));
    watchers.tell(recordOf('1'));
    leave();
    watchers.tell(recordOf('1'));
    watchers.wake();
    assert.deepEqual(told, ['b 1']);
  });

  it('are woken together', () => {
    watchers.watch({ ...COMMON, orderId: '1' }, watcher('a'));
    watchers.watch({ ...COMMON, orderLinkId: 'mine' }, watcher('b'));
    watchers.wake();
    assert.deepEqual(told, ['a wakes', 'b wakes']);
  });

  it('of all orders hear of each, each for itself', () => {
    const listener = ({ orderId }: OrderRecord) => void told.push(orderId);
    const end = watchers.watchAll(listener);
    watchers.watchAll(listener);
    watchers.tell(recordOf('1'));
    end();
    watchers.tell(recordOf('2'));
    assert.deepEqual(told, ['1', '1', '2']);
  });
});
