/** The examples of the import menu with one order, in a real Node-RED, against the simulated exchange. */
import { checkByMqtt } from './by-mqtt';
import { checkCancelAnOrder } from './cancel-an-order';
import { checkFailedCancel } from './failed-cancel';
import { checkOverHttp } from './over-http';
import { startStage, type Stage } from './stage';
import { checkTradingView } from './trading-view';

describe('The examples with one order in a real Node-RED', function () {
  this.timeout(60_000);
  let stage: Stage | undefined;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage?.stop());

  const onStage = (): Stage => stage!;
  checkCancelAnOrder(onStage);
  checkOverHttp(onStage);
  checkTradingView(onStage);
  checkFailedCancel(onStage);
  checkByMqtt(onStage);
});
