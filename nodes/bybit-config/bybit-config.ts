import type { NodeAPI } from 'node-red';
import { accountOpener, connectionChecker, createAddress, type Address } from '../bybit/account';
import { registerAccountNode } from './account-node';
import { registerConnectionTest } from './connection-test';
import { serveDrill } from './drill';

/** Registers the config node. */
export default function (RED: NodeAPI): Promise<void> {
  return registerWith(RED, createAddress());
}

/** @param address one for the runtime, whatever is deployed: accounts and connection tests send from it */
export async function registerWith(RED: NodeAPI, address: Address): Promise<void> {
  registerAccountNode(RED, await accountOpener(undefined, address));
  registerConnectionTest(RED, await connectionChecker(undefined, address));
  serveDrill(RED);
}
