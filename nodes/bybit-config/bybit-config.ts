import type { NodeAPI } from 'node-red';
import { accountOpener } from '../bybit/account';
import { registerAccountNode } from './account-node';

export = async function (RED: NodeAPI): Promise<void> {
  registerAccountNode(RED, await accountOpener());
};
