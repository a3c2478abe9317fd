import type { NodeAPI } from 'node-red';
import { accountExaminer, accountOpener } from '../bybit/account';
import { registerAccountNode } from './account-node';
import { registerConnectionTest } from './connection-test';

export = async function (RED: NodeAPI): Promise<void> {
  registerAccountNode(RED, await accountOpener());
  registerConnectionTest(RED, await accountExaminer());
};
