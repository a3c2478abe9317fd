/** Every example of the import menu in a real Node-RED, against the simulated exchange. */
import { checkByMqtt } from './by-mqtt';
import { checkByStrategy } from './by-strategy';
import { checkCancelAnOrder } from './cancel-an-order';
import { checkEverything } from './everything';
import { checkFailedCancel } from './failed-cancel';
import { checkInstances } from './instances';
import { checkKillSwitch } from './kill-switch';
import { checkOverHttp } from './over-http';
import { checkRetry } from './retry';
import { checkSeveralOrders } from './several-orders';
import { startStage, type Stage } from './stage';
import { checkTradingView } from './trading-view';

describe('The examples in a real Node-RED', function () {
  this.timeout(60_000);
  let stage: Stage | undefined;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage?.stop());

  const onStage = (): Stage => stage!;
  checkCancelAnOrder(onStage);
  checkOverHttp(onStage);
  checkSeveralOrders(onStage);
  checkRetry(onStage);
  checkTradingView(onStage);
  checkFailedCancel(onStage);
  checkByMqtt(onStage);
  checkEverything(onStage);
  checkByStrategy(onStage);
  checkInstances(onStage);
  checkKillSwitch();
});
