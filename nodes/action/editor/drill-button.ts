/** The button of every action node that tries a cancel which can't hit, and what it tells. */
import type { DrillAnswer } from '../drill-answer';
import { ID, type EditedNode } from './dialog';
import { drillLine } from './drill-report';
import type { Say } from '../../properties/problems';
import { prepareQuestion } from '../../properties/question-button.editor';
import { fixedCategory, type Current } from './instrument';

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
  const dialog = $(`.${node.type}-dialog`);
  dialog.children('.form-row').last().after(row);
  prepareQuestion<DrillAnswer>({
    ...{ dialog, button, result, url: 'bybit-config/drill', running: say('running') },
    ask: () => ({ body: questionOf(current), linesOf: (answer) => [drillLine(answer, say)] }),
    isAnswer: (body) => 'trouble' in body,
    unanswered: (why) => [drillLine({ trouble: why, detail: '' }, say)],
  });
}

function questionOf(current: Current): object {
  // A variable is known to the runtime alone: another symbol shows as much.
  const isKnown = current('symbolType') === 'str' && !current('symbol').includes('${');
  const symbol = isKnown ? current('symbol') : '';
  return {
    account: String($(`${ID}account`).val() ?? ''),
    category: fixedCategory(current) ?? '',
    symbol: symbol === '*' ? '' : symbol,
  };
}
