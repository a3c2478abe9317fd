/** The button of every action node that tries a cancel which can't hit, and what it tells. */
import type { DrillAnswer } from '../drill-answer';
import { ID, type EditedNode } from './dialog';
import { drillLine } from './drill-report';
import type { Say } from '../../properties/problems';
import type { ReportLine } from '../../properties/report-line';
import { fixedCategory, type Current } from './instrument';

const LOOKS = {
  good: { icon: 'fa-check', colour: 'success' },
  warning: { icon: 'fa-exclamation-triangle', colour: 'warning' },
  bad: { icon: 'fa-times', colour: 'error' },
} as const;

/** @param current what the dialog shows */
export function prepareDrill(node: EditedNode, current: Current): void {
  const say: Say = (key, values = {}) => node._(`${node.type}.drill.${key}`, values);
  const button = $('<button type="button" class="red-ui-button">')
    .attr('id', `${node.type}-drill`)
    .append($('<i class="fa fa-life-ring">'), document.createTextNode(` ${say('button')}`));
  const result = $('<ul class="fa-ul" aria-live="polite">')
    .attr('id', `${node.type}-drill-result`)
    .css({ margin: '8px 0 0', 'padding-left': '2.14em', 'overflow-wrap': 'anywhere' });
  const row = $('<div class="form-row">').append(
    button,
    ' ',
    $('<span>').text(say('hint')),
    result,
  );
  $(`.${node.type}-dialog`).children('.form-row').last().after(row);
  button.on('click', () => {
    button.prop('disabled', true);
    result.empty().append(itemOf('fa-spinner fa-spin', say('running')));
    const told = (answer: DrillAnswer) => {
      button.prop('disabled', false);
      result.empty().append(lineOf(drillLine(answer, say)));
    };
    const request = ask(current);
    request.done((answer: DrillAnswer) => told(answer));
    request.fail(({ status, responseJSON }) => told(failure(status, responseJSON)));
  });
}

function ask(current: Current): JQuery.jqXHR {
  // A variable is known to the runtime alone: another symbol shows as much.
  const isKnown = current('symbolType') === 'str' && !current('symbol').includes('${');
  const symbol = isKnown ? current('symbol') : '';
  const question = {
    account: String($(`${ID}account`).val() ?? ''),
    category: fixedCategory(current) ?? '',
    symbol: symbol === '*' ? '' : symbol,
  };
  return $.ajax({
    // Relative: the editor may stand below another path.
    url: 'bybit-config/drill',
    method: 'POST',
    contentType: 'application/json',
    data: JSON.stringify(question),
  });
}

/** What can go wrong on the way to Node-RED, beside what the drill itself tells. */
function failure(status: number, answer: unknown): DrillAnswer {
  if (typeof answer === 'object' && answer !== null && 'trouble' in answer) {
    return answer as DrillAnswer;
  }
  return { trouble: status === 401 || status === 403 ? 'notAllowed' : 'noAnswer', detail: '' };
}

function lineOf({ level, text }: ReportLine): JQuery {
  const { icon, colour } = LOOKS[level];
  return itemOf(icon, text, `var(--red-ui-text-color-${colour})`);
}

/** As text: what the exchange says comes from outside. */
function itemOf(icon: string, text: string, color = 'inherit'): JQuery {
  return $('<li>').append(
    $('<i>').addClass(`fa-li fa ${icon}`).css({ color }),
    $('<span>').text(text),
  );
}
