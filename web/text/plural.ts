/** Numbers with their nouns. */

/** `1 recording`, `2 recordings`. */
export const englishPlural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** `1 registro`, `2 registros`; zero is many, as in Brazil. */
export const portuguesePlural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('pt-BR')} ${count === 1 ? one : many}`;
