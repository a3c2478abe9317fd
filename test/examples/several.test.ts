/** The examples of the import menu with several orders or instances, in a real Node-RED. */
import { checkByStrategy } from './by-strategy';
import { checkEverything } from './everything';
import { checkInstances } from './instances';
import { checkJournal } from './journal';
import { checkRetry } from './retry';
import { checkSeveralOrders } from './several-orders';
import { startStage, type Stage } from './stage';

describe('The examples with several orders in a real Node-RED', function () {
  this.timeout(60_000);
  let stage: Stage | undefined;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage?.stop());

  const onStage = (): Stage => stage!;
  checkSeveralOrders(onStage);
  checkRetry(onStage);
  checkEverything(onStage);
  checkByStrategy(onStage);
  checkInstances(onStage);
  checkJournal(onStage);
});
