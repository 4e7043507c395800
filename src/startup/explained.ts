/** Errors that a user at a terminal can fix. */

/** Only its message is shown, without a stack: what is wrong and what to do. */
export class Explained extends Error {
  override readonly name: string = 'Explained';
}
