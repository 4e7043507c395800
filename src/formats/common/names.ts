/** Makes channel names from files unique. */

/**
 * The names, trimmed; the second channel of a name becomes `name#2`, the third `name#3`, avoiding names already taken.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((given) => {
    const name = given.trim();
    let unique = name;
    for (let count = 2; taken.has(unique); count++) unique = `${name}#${count}`;
    taken.add(unique);
    return unique;
  });
}
