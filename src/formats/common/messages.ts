/** Formats numbers and quotations from a file for messages. */

/** A count or limit with separators: 1,048,576. */
export const figure = (value: number): string => value.toLocaleString('en-US');

/** A piece of the file in quotation marks, shortened to fit a message. */
export function quoted(text: string): string {
  const characters = Array.from(text.slice(0, 162));
  return JSON.stringify(characters.length > 80 ? `${characters.slice(0, 80).join('')}…` : text);
}
