/** The example that fires by itself: in a Node-RED of its own. */
import { checkKillSwitch } from './kill-switch';

describe('An example that fires by itself, in a real Node-RED', function () {
  this.timeout(60_000);
  checkKillSwitch();
});
