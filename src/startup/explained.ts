/** Errors that a person at a terminal can do something about. */

/** Its message is all that is shown, without a stack: what is wrong, and what to do. */
export class Explained extends Error {
  override readonly name: string = 'Explained';
}
