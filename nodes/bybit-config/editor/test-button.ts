/** The button that tests the connection, and what it shows. */
import type { ConnectionCheck } from '../../bybit/account';
import type { Problem, Say } from '../../properties/problems';
import type { ReportLine } from '../../properties/report-line';
import { linesOf } from './check-report';

/** Everything that is in the way of a test. */
interface NotTested {
  readonly problems: readonly Problem[];
}

const LEVELS = ['bad', 'warning', 'good'] as const;
const ICONS = { good: 'fa-check', warning: 'fa-exclamation-triangle', bad: 'fa-times' } as const;

export interface Test {
  /** Ends a test that runs, and takes its answer away: it is none to what the dialog says now. */
  forget(): void;
}

/** @param asked what the dialog shows, as the admin API takes it */
export function prepareTest(
  say: Say,
  asked: () => object,
  translate: (problem: Problem) => string,
): Test {
  const button = $('#bybit-config-test');
  // This dialog's: when an answer comes, another may be open.
  const result = $('#bybit-config-test-result');
  let running: JQuery.jqXHR | undefined;
  const show = (lines: readonly ReportLine[]) => {
    // What is wrong comes first: it is what to do something about.
    const sorted = LEVELS.flatMap((level) => lines.filter((line) => line.level === level));
    result.empty().append(sorted.map(itemOf)).scrollTop(0);
  };
  const bad = (text: string) => show([{ level: 'bad', text }]);
  const told = (answer: ConnectionCheck | NotTested) => {
    if (!('problems' in answer)) show(linesOf(answer, say));
    else show(answer.problems.map((one) => ({ level: 'bad', text: translate(one) })));
  };
  const failed = ({ status, responseJSON }: JQuery.jqXHR) => {
    const answer = responseJSON as Partial<NotTested> | undefined;
    if (answer?.problems !== undefined) told({ problems: answer.problems });
    else bad(say(status === 401 || status === 403 ? 'notAllowed' : 'noAnswer'));
  };
  const forget = () => {
    const ended = running;
    running = undefined;
    ended?.abort();
    result.empty();
    button.prop('disabled', false);
  };
  button.on('click', () => {
    forget();
    button.prop('disabled', true);
    result.append(waiting(say('running')));
    const request = ask(asked());
    running = request;
    const ifWanted = (then: () => void) => {
      if (running !== request) return;
      running = undefined;
      button.prop('disabled', false);
      then();
    };
    request.done((answer: ConnectionCheck | NotTested) => ifWanted(() => told(answer)));
    request.fail((answer) => ifWanted(() => failed(answer)));
  });
  return { forget };
}

function ask(question: object): JQuery.jqXHR {
  return $.ajax({
    // Relative: the editor may stand below another path.
    url: 'bybit-config/test',
    method: 'POST',
    contentType: 'application/json',
    data: JSON.stringify(question),
  });
}

/** As text: a key's note comes from outside. */
function itemOf({ level, text }: ReportLine): JQuery {
  return $('<li>')
    .addClass(`bybit-config-${level}`)
    .append($('<i>').addClass(`fa-li fa ${ICONS[level]}`), $('<span>').text(text));
}

function waiting(text: string): JQuery {
  return $('<li>').append($('<i>').addClass('fa-li fa fa-spinner fa-spin'), $('<span>').text(text));
}
