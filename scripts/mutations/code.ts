/** Where in a TypeScript file there is code: its text with blanks for comments, strings and regular expressions. */

/** Behind these a slash begins a regular expression; behind anything else it divides. */
const BEFORE_PATTERN = /(?:^|[=(,:;[!&|?{}>]|\breturn)\s*$/;

/** The text, equally long, with blanks for what is no code. What stands within `${…}` is left out as well. */
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

/** Behind the comment, string or pattern that begins at a place; the place itself where none does. */
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
    // What a slash of a division begins ends with the line.
    else if (character === '\n' && quote !== '`') return at;
    else if (character === quote && !inClass) return place + 1;
  }
  return text.length;
}
