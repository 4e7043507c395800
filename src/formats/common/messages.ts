/** How messages about a file write numbers, and pieces of the file. */

/** A count or a limit as people read it: 1,048,576. */
export const figure = (value: number): string => value.toLocaleString('en-US');

/** A piece of the file in quotation marks, cut to what a message can carry. */
export function quoted(text: string): string {
  const characters = Array.from(text.slice(0, 162));
  return JSON.stringify(characters.length > 80 ? `${characters.slice(0, 80).join('')}…` : text);
}
