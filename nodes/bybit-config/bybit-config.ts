import type { NodeAPI } from 'node-red';
import { connectionChecker, accountOpener, createAddress } from '../bybit/account';
import { registerAccountNode } from './account-node';
import { serveDrill } from './drill';
import { registerConnectionTest } from './connection-test';

export = async function (RED: NodeAPI): Promise<void> {
  // One for the runtime, whatever is deployed: its accounts and connection tests send from one address.
  const address = createAddress();
  registerAccountNode(RED, await accountOpener(undefined, address));
  registerConnectionTest(RED, await connectionChecker(undefined, address));
  serveDrill(RED);
};
