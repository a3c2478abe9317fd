/** The examples of the import menu with several orders or instances, in a real Node-RED. */
import { checkByStrategy } from './by-strategy';
import { checkEverything } from './everything';
import { checkInstances } from './instances';
import { checkJournal } from './journal';
import { checkRetry } from './retry';
import { checkSeveralOrders } from './several-orders';
import { describeExamples } from './stage';

describeExamples('The examples with several orders in a real Node-RED', [
  checkSeveralOrders,
  checkRetry,
  checkEverything,
  checkByStrategy,
  checkInstances,
  checkJournal,
]);
