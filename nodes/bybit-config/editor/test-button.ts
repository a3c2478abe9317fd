/** The button that tests the connection. */
import type { ConnectionCheck } from '../../bybit/account';
import type { Problem, Say } from '../../properties/problems';
import { prepareQuestion } from '../../properties/question-button.editor';
import type { ReportLine } from '../../properties/report-line';
import { linesOf } from './check-report';

/** Everything that is in the way of a test. */
interface NotTested {
  readonly problems: readonly Problem[];
}
type Answer = ConnectionCheck | NotTested;

const LEVELS = ['bad', 'warning', 'good'] as const;

/** @param asked what the dialog shows, as the admin API takes it */
export function prepareTest(
  say: Say,
  asked: () => object,
  translate: (problem: Problem) => string,
): void {
  const bad = (text: string): ReportLine => ({ level: 'bad', text });
  const told = (answer: Answer): readonly ReportLine[] =>
    'problems' in answer
      ? answer.problems.map((one) => bad(translate(one)))
      : worstFirst(linesOf(answer, say));
  prepareQuestion<Answer>({
    dialog: $('.bybit-config-dialog'),
    button: $('#bybit-config-test'),
    result: $('#bybit-config-test-result'),
    url: 'bybit-config/test',
    running: say('running'),
    ask: () => ({ body: asked(), linesOf: told }),
    isAnswer: (body) => 'problems' in body,
    unanswered: (why) => [bad(say(why))],
  });
}

/** What is wrong is to be done something about. */
function worstFirst(lines: readonly ReportLine[]): readonly ReportLine[] {
  return LEVELS.flatMap((level) => lines.filter((line) => line.level === level));
}
