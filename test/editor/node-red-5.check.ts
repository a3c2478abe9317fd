/** The editor of Node-RED 5. Each has a file of its own, so that both are checked at once. */
import { checkEditor } from './checks';
import { RUNTIMES } from './stage';

checkEditor(RUNTIMES[1]);
