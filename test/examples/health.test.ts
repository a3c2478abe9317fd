/** The example that watches what would keep a cancel from working: in a Node-RED of its own. */
import { checkHealth } from './health';

describe('An example that watches, in a real Node-RED', function () {
  this.timeout(60_000);
  checkHealth();
});
