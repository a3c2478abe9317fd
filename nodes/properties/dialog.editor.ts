import { readFlag } from './values';

/**
 * Shows what the runtime takes where a flow leaves a property out, or has a flag as text: otherwise
 * the dialog shows a blank or an unticked box, and Update would store that.
 * @param prefix of the inputs' ids
 */
export function showAsRead(
  prefix: string,
  node: object,
  defaults: Readonly<Record<string, unknown>>,
): void {
  const stored = node as Readonly<Record<string, unknown>>;
  for (const [property, fallback] of Object.entries(defaults)) {
    const input = $(prefix + property);
    const value = stored[property] ?? fallback;
    if (typeof fallback === 'boolean') {
      const flag = readFlag(property, value);
      if (flag.value !== undefined) input.prop('checked', flag.value);
    } else if (stored[property] == null && fallback !== '') {
      input.val(String(fallback));
    }
  }
}
