/**
 * Finds patterns whose time grows faster than the text. Matching is linear if no repetition leaves a choice: after
 * every character it is certain whether the next one still belongs to the repetition.
 */

/** A single character, a class or an escape. */
const ATOM = /\[(?:\\.|[^\]\\])*\]|\\.|[^()|]/y;
const QUANTIFIER = /[*+?]|\{(\d+)(,?)(\d*)\}/y;
const ALPHABET = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code));

/** A part of a pattern. The numbers are places: occurrences of atoms. */
interface Part {
  /** Where it may begin and end. */
  first: number[];
  last: number[];
  /** Whether it matches the empty text. */
  isEmpty: boolean;
}

const nothing = (): Part => ({ first: [], last: [], isEmpty: true });

/** The two atoms between which a repetition leaves a choice, or the missing anchor; null if there is none. */
export function choiceIn(pattern: string): string | null {
  if (!pattern.startsWith('^')) return 'does not begin with ^';
  const { atoms, next, nested } = placesOf(pattern);
  if (nested.length > 0) return `two repetitions of ${nested.join()}`;
  for (const place of atoms.keys()) {
    const ways = [...next[place]!];
    if (!reaches(next, ways, place)) continue;
    for (const [i, one] of ways.entries()) {
      const other = ways.slice(i + 1).find((way) => overlap(atoms[one]!, atoms[way]!));
      if (other !== undefined) return `${atoms[one]!} or ${atoms[other]!} after ${atoms[place]!}`;
    }
  }
  return null;
}

/** Whether a place can be reached again: it is repeated without a limit. */
function reaches(next: readonly Set<number>[], ways: readonly number[], goal: number): boolean {
  const seen = new Set(ways);
  for (const way of seen) for (const further of next[way]!) seen.add(further);
  return seen.has(goal);
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((atom) => new RegExp(`^${atom}$`, 'u'));
  return ALPHABET.some((character) => a!.test(character) && b!.test(character));
}

/**
 * The atoms of a pattern in places, and the places that can follow each (Glushkov's automaton). `nested`: atoms that
 * two repetitions lead to from the same place, as in `(a+)+`.
 */
function placesOf(pattern: string): { atoms: string[]; next: Set<number>[]; nested: string[] } {
  const atoms: string[] = [];
  const nested: string[] = [];
  const next: Set<number>[] = [];
  let at = 0;

  const taken = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const found = form.exec(pattern);
    at += found?.[0].length ?? 0;
    return found;
  };
  const link = (from: readonly number[], to: readonly number[]): void => {
    for (const place of from) {
      for (const following of to) {
        if (next[place]!.has(following)) nested.push(atoms[following]!);
        next[place]!.add(following);
      }
    }
  };
  const joined = (a: Part, b: Part): Part => {
    link(a.last, b.first);
    return {
      first: a.isEmpty ? [...a.first, ...b.first] : a.first,
      last: b.isEmpty ? [...a.last, ...b.last] : b.last,
      isEmpty: a.isEmpty && b.isEmpty,
    };
  };

  const one = (): Part => {
    if (taken(/[$^]/y)) return nothing();
    if (taken(/\((?:\?:)?(?!\?)/y)) {
      const inner = alternatives();
      if (!taken(/\)/y)) throw new Error(`${pattern}: a group that is not closed, at ${at}`);
      return inner;
    }
    const atom = taken(ATOM)?.[0];
    if (atom === undefined) throw new Error(`${pattern}: an unknown form, at ${at}`);
    next.push(new Set());
    const place = atoms.push(atom) - 1;
    return { first: [place], last: [place], isEmpty: false };
  };

  const repeated = (): Part => {
    const start = at;
    let part = one();
    const end = at;
    const quantifier = taken(QUANTIFIER);
    if (!quantifier) return part;
    const after = at;
    const [sign, least = '', comma, most = ''] = quantifier;
    const copy = (): Part => {
      at = start;
      const made = one();
      if (at !== end) throw new Error(`${pattern}: read differently the second time`);
      return made;
    };
    if (sign === '?' || sign === '*' || least === '0') part.isEmpty = true;
    let latest = part;
    for (let n = 1; n < Number(most || least); n++) {
      const another = copy();
      if (n >= Number(least)) another.isEmpty = true;
      part = joined(part, another);
      latest = another;
    }
    if (sign === '*' || sign === '+' || (comma === ',' && most === '')) link(latest.last, latest.first);
    at = after;
    return part;
  };

  const sequence = (): Part => {
    let part = nothing();
    while (at < pattern.length && !/[|)]/.test(pattern.charAt(at))) part = joined(part, repeated());
    return part;
  };

  const alternatives = (): Part => {
    let part = sequence();
    while (taken(/\|/y)) {
      const other = sequence();
      part = {
        first: [...part.first, ...other.first],
        last: [...part.last, ...other.last],
        isEmpty: part.isEmpty || other.isEmpty,
      };
    }
    return part;
  };

  alternatives();
  if (at !== pattern.length) throw new Error(`${pattern}: an unknown form, at ${at}`);
  return { atoms, next, nested };
}
