import type { NodeAPI } from 'node-red';
import { createAddress } from '../../nodes/bybit/limits/address';
import { realTime } from '../../nodes/bybit/time/time';
import { registerWith } from '../../nodes/bybit-config/bybit-config';

/**
 * The config node with another count for the IP address. The bench sends more in 5 s than Bybit takes
 * from an address, and the wait for room would be all there is to see. In a shorter window, the count
 * holds about as many requests as it can hold at Bybit.
 */
export default function (RED: NodeAPI): Promise<void> {
  return registerWith(RED, createAddress(realTime, { most: Infinity, windowMs: 40 }));
}
