/** The button that previews. */
import type { EditedNode } from '../../action/editor/dialog';
import type { Current } from '../../action/editor/instrument';
import type { Say } from '../../properties/problems';
import { prepareQuestion } from '../../properties/question-button.editor';
import type { ShownLine } from '../../properties/report-line';
import { translate } from '../../properties/validator.editor';
import type { PreviewAnswer } from '../preview';
import { previewLines } from './preview-report';
import { questionOf, type Unasked } from './question';

/** @param current what the dialog shows */
export function preparePreview(node: EditedNode, current: Current, say: Say): void {
  prepareQuestion<PreviewAnswer>({
    dialog: $('.bybit-cancel-all-dialog'),
    button: $('#bybit-cancel-all-preview'),
    result: $('#bybit-cancel-all-preview-result'),
    url: 'bybit-cancel-all/preview',
    running: say('preview.running'),
    goodIcon: 'fa-search',
    ask() {
      const question = questionOf(current);
      if (!('body' in question)) return lackLines(node, question, say);
      const { body, open } = question;
      return { body, linesOf: (answer) => previewLines(answer, current, open, say) };
    },
    isAnswer: (body) => 'trouble' in body,
    unanswered: (why) => previewLines({ trouble: why, detail: '' }, current, [], say),
  });
}

function lackLines(node: EditedNode, { lacks, wrong }: Unasked, say: Say): ShownLine[] {
  const texts = [
    ...lacks.map((lack) => say(`preview.lacks.${lack}`)),
    ...wrong.map((one) => ('hint' in one ? say(`hint.${one.hint}`) : translate(node, one))),
  ];
  return texts.map((text) => ({ level: 'bad', text }));
}
