/** Mocha's dot reporter, with the count as the last line: `N passed, N failed[, N skipped]`. */
import Mocha from 'mocha';

/** ms that the process may take to end after its last test. What keeps it longer is a leak. */
const GRACE = 30_000;

export default class CountReporter extends Mocha.reporters.Dot {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    // Registered after the dot reporter's own listener, so it comes after its summary.
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const skipped = pending > 0 ? `, ${pending} skipped` : '';
      console.log(`${passes} passed, ${failures} failed${skipped}`);
      // Fires only when something else keeps the process alive.
      setTimeout(endTheHang, GRACE).unref();
    });
  }
}

function endTheHang(): void {
  const leaks = process.getActiveResourcesInfo().join(', ');
  console.error(`All tests ran, but something keeps mocha from ending: ${leaks}`);
  process.exit(1);
}
