/** Node-RED as `npm start` runs it: on this machine alone, quiet, with the package as it was built. */
/* global __dirname */
const { join } = require('node:path');

module.exports = {
  uiHost: '127.0.0.1',
  flowFile: 'flows.json',
  // Loads the project as an installed package would be: nodes, help, icons, locales and examples.
  nodesDir: [join(__dirname, '..', '..')],
  // Not a secret: the demo's credentials name environment variables. Put no real key into the demo.
  credentialSecret: 'bybit-demo',
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: false, ui: false },
  functionExternalModules: false,
  logging: { console: { level: 'warn', metrics: false, audit: false } },
  editorTheme: {
    page: { title: 'Bybit cancel order – demo' },
    header: { title: 'Bybit cancel order – demo' },
    tours: false,
    projects: {},
  },
};
