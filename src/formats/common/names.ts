/** Names of channels that come from files. */

/** The names, trimmed; the second of a name becomes `name#2`, the third `name#3`, whatever else is taken. */
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
