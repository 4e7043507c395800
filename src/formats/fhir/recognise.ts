/** Recognises FHIR resources by the members of their object, which may come in any order. */

/** Members of an Observation and of a Bundle, besides those that begin with `effective` or `value`. */
const MEMBERS: ReadonlySet<string> = new Set([
  'resourceType',
  'id',
  'meta',
  'implicitRules',
  'language',
  'text',
  'contained',
  'extension',
  'modifierExtension',
  'identifier',
  'instantiatesCanonical',
  'instantiatesReference',
  'basedOn',
  'triggeredBy',
  'partOf',
  'status',
  'category',
  'code',
  'subject',
  'focus',
  'encounter',
  'issued',
  'performer',
  'dataAbsentReason',
  'interpretation',
  'note',
  'bodySite',
  'bodyStructure',
  'method',
  'specimen',
  'device',
  'referenceRange',
  'hasMember',
  'derivedFrom',
  'component',
  'type',
  'timestamp',
  'total',
  'link',
  'entry',
  'signature',
]);
const isMember = (key: string): boolean => MEMBERS.has(key) || /^_?(?:effective|value)[A-Z]|^_/.test(key);

const START = /^(?:\u00ef\u00bb\u00bf)?\s*\{/;
/** A string, with the colon and the beginning of the value if it is a key; or a bracket. */
const TOKENS = /"((?:[^"\\]|\\.)*)"(?:\s*:\s*(?=(.)))?|[{}[\]]/gs;

/**
 * Whether a file begins as a JSON object with its own `resourceType`, or, if that comes later, with nothing but members
 * of FHIR, one of which is an object or an array. Recordings in our own JSON have numbers and texts beside their leads.
 */
export function recognises(head: Uint8Array): boolean {
  const text = Buffer.from(head).toString('latin1');
  const start = START.exec(text);
  if (start === null) return false;
  let depth = 0;
  let isStructured = false;
  let isForeign = false;
  for (const [token, key, value] of text.slice(start[0].length).matchAll(TOKENS)) {
    if (depth === 0 && key !== undefined && value !== undefined) {
      if (key === 'resourceType') return true;
      isForeign ||= !isMember(key);
      isStructured ||= value === '{' || value === '[';
    }
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
  }
  return isStructured && !isForeign;
}
