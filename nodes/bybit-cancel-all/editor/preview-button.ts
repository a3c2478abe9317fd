/** The button that previews, and what it shows. */
import type { EditedNode } from '../../action/editor/dialog';
import type { Current } from '../../action/editor/instrument';
import { translate } from '../../properties/validator.editor';
import type { PreviewAnswer } from '../preview';
import { previewLines, type PreviewLine } from './preview-report';
import { questionOf, type Unasked } from './question';
import type { Say } from '../../properties/problems';

const ICONS = {
  good: 'fa-search',
  warning: 'fa-exclamation-triangle',
  bad: 'fa-times',
  plain: '',
} as const;

export interface Preview {
  /** Ends one that runs, and takes its answer away: it is none to what the dialog says now. */
  forget(): void;
}

/** @param current what the dialog shows */
export function preparePreview(node: EditedNode, current: Current, say: Say): Preview {
  const button = $('#bybit-cancel-all-preview');
  // This dialog's: when an answer comes, another may be open.
  const result = $('#bybit-cancel-all-preview-result');
  let running: JQuery.jqXHR | undefined;
  const show = (lines: readonly PreviewLine[]) => {
    result.empty().append(lines.map(itemOf)).scrollTop(0);
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
    const question = questionOf(current);
    if (!('body' in question)) {
      show(lackLines(node, question, say));
      return;
    }
    button.prop('disabled', true);
    result.append(waiting(say('preview.running')));
    const request = ask(question.body);
    running = request;
    const told = (answer: PreviewAnswer) => {
      if (running !== request) return;
      running = undefined;
      button.prop('disabled', false);
      show(previewLines(answer, current, question.open, say));
    };
    request.done((answer: PreviewAnswer) => told(answer));
    request.fail((answer) => told(failure(answer)));
  });
  return { forget };
}

function ask(question: object): JQuery.jqXHR {
  return $.ajax({
    // Relative: the editor may stand below another path.
    url: 'bybit-cancel-all/preview',
    method: 'POST',
    contentType: 'application/json',
    data: JSON.stringify(question),
  });
}

/** What can go wrong on the way to Node-RED, beside what the preview itself tells. */
function failure({ status, responseJSON }: JQuery.jqXHR): PreviewAnswer {
  const answer = responseJSON as PreviewAnswer | undefined;
  if (answer !== undefined && 'trouble' in answer) return answer;
  const isForbidden = status === 401 || status === 403;
  return { trouble: isForbidden ? 'notAllowed' : 'noAnswer', detail: '' };
}

function lackLines(node: EditedNode, { lacks, wrong }: Unasked, say: Say): PreviewLine[] {
  const texts = [
    ...lacks.map((lack) => say(`preview.lacks.${lack}`)),
    ...wrong.map((one) => ('hint' in one ? say(`hint.${one.hint}`) : translate(node, one))),
  ];
  return texts.map((text) => ({ level: 'bad', text }));
}

/** As text: what the exchange says comes from outside. */
function itemOf({ level, text }: PreviewLine): JQuery {
  const icon = level === 'plain' ? [] : [$('<i>').addClass(`fa-li fa ${ICONS[level]}`)];
  return $('<li>')
    .addClass(`bybit-cancel-all-${level}`)
    .append(...icon, $('<span>').text(text));
}

function waiting(text: string): JQuery {
  return $('<li>').append($('<i>').addClass('fa-li fa fa-spinner fa-spin'), $('<span>').text(text));
}
