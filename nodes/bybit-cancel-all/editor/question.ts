/** What the preview asks: the fixed values of the dialog, or what it lacks. Pure. */
import { fixedCategory, type Current } from '../../action/editor/instrument';
import type { Problem } from '../../properties/problems';
import { FIELDS, readKinds, readWhich, type Field } from '../settings';
import { checkFixed, settleCoinIsIdle, type Hint } from './checks';
import { partOf, placesOf } from './parts';

/** What has to be fixed for a preview. */
export type Lack = 'account' | 'category' | 'place' | 'kinds';

export interface PreviewQuestion {
  /** of the request, as the admin API takes it */
  readonly body: Readonly<Record<string, string>>;
  /** fields whose values come with each message, and are left out here */
  readonly open: readonly Field[];
}

export interface Unasked {
  readonly lacks: readonly Lack[];
  readonly wrong: readonly (Problem | Hint)[];
}

export function questionOf(current: Current): PreviewQuestion | Unasked {
  const lacks = lacksOf(current);
  const fixed = FIELDS.flatMap((field): [Field, string][] => {
    const text = partOf(field, current)?.fixed;
    return text === undefined ? [] : [[field, text]];
  });
  const wrong = fixed.flatMap(([field, text]) => {
    const checked = checkFixed(field, text, current);
    return 'hint' in checked || checked.problem !== undefined ? [checked] : [];
  });
  if (lacks.length > 0 || wrong.length > 0) return { lacks, wrong };
  const isIdle = (field: Field) => field === 'settleCoin' && settleCoinIsIdle(current);
  const open = FIELDS.filter(
    (field) => partOf(field, current)?.from !== undefined && !isIdle(field),
  );
  const others = ['account', 'kinds', 'which'].map((name) => [name, current(name)]);
  return { body: Object.fromEntries([...others, ...fixed]) as PreviewQuestion['body'], open };
}

function lacksOf(current: Current): Lack[] {
  const category = fixedCategory(current);
  const isPlaced = placesOf(category).some((place) => partOf(place, current)?.fixed !== undefined);
  const isKnown =
    readKinds(current('kinds')).value !== undefined &&
    readWhich(current('which')).value !== undefined;
  // "_ADD_" is what the editor's list of accounts has for none.
  const hasAccount = !['', '_ADD_'].includes(current('account'));
  return [
    ...(hasAccount ? [] : (['account'] as const)),
    ...(category === undefined && partOf('category', current)?.fixed === undefined
      ? (['category'] as const)
      : []),
    ...(isPlaced ? [] : (['place'] as const)),
    ...(isKnown ? [] : (['kinds'] as const)),
  ];
}
