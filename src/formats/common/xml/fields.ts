/** Numbers and truth values as XML files of electrocardiographs write them. */

/** A decimal, also with a comma; NaN for any other text, null if there is none. */
export function numberOf(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return null;
  return /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?$/.test(trimmed)
    ? Number(trimmed.replace(',', '.'))
    : NaN;
}

/** Whether a flag is set. */
export const isTrue = (text: string | undefined): boolean => /^(?:true|yes|t|y|1)$/i.test(text?.trim() ?? '');
