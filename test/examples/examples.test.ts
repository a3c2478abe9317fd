/** The examples of the import menu with one order, in a real Node-RED, against the simulated exchange. */
import { checkByMqtt } from './by-mqtt';
import { checkCancelAnOrder } from './cancel-an-order';
import { checkFailedCancel } from './failed-cancel';
import { checkOverHttp } from './over-http';
import { describeExamples } from './stage';
import { checkTradingView } from './trading-view';

describeExamples('The examples with one order in a real Node-RED', [
  checkCancelAnOrder,
  checkOverHttp,
  checkTradingView,
  checkFailedCancel,
  checkByMqtt,
]);
