/** Finds the code in a TypeScript file: its text with blanks in place of comments, strings and regular expressions. */

/** After these, a slash begins a regular expression; after anything else, it is a division. */
const BEFORE_PATTERN = /(?:^|[=(,:;[!&|?{}>]|\breturn)\s*$/;

/**
 * The text with everything that is not code replaced by blanks, so that its length is unchanged. The code inside `${…}`
 * is replaced, too.
 */
export function codeOf(text: string): string {
  let code = '';
  const blank = (from: number, to: number): void => {
    code += text.slice(from, to).replaceAll(/[^\n]/g, ' ');
  };
  for (let at = 0; at < text.length;) {
    const end = endOfOther(text, at, code);
    if (end > at) blank(at, end);
    else code += text[at];
    at = Math.max(end, at + 1);
  }
  return code;
}

/** The end of the comment, string or pattern that begins at a position; the position itself if none does. */
function endOfOther(text: string, at: number, before: string): number {
  const two = text.slice(at, at + 2);
  if (two === '//') return endAt(text, '\n', at);
  if (two === '/*') return endAt(text, '*/', at) + 2;
  const quote = text[at] as string;
  if (quote === "'" || quote === '"' || quote === '`') return endOfString(text, at, quote);
  if (quote === '/' && BEFORE_PATTERN.test(before.slice(-20))) return endOfString(text, at, '/');
  return at;
}

const endAt = (text: string, mark: string, from: number): number => {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at;
};

function endOfString(text: string, at: number, quote: string): number {
  let inClass = false;
  let place = at + 1;
  for (; place < text.length; place += text[place] === '\\' ? 2 : 1) {
    const character = text[place];
    if (quote === '/' && character === '[') inClass = true;
    else if (quote === '/' && character === ']') inClass = false;
    // If the slash was a division after all, stop at the end of the line.
    else if (character === '\n' && quote !== '`') return at;
    else if (character === quote && !inClass) return place + 1;
  }
  return text.length;
}
