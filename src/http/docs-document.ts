/**
 * The API document as Swagger UI shows it. The page puts examples into its forms, and would send them: so only those
 * that are needed are left there.
 */
import type { Json } from './described.ts';

interface Parameter extends Json {
  required?: boolean;
  description?: string;
  example?: unknown;
}
type FormSchema = { properties?: Record<string, Json>; required?: string[] };
interface Shown extends Json {
  'x-access'?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Json & { schema: FormSchema & { $ref?: string } }> };
}
/** An API document, as far as it is changed. */
interface Document extends Json {
  paths: Record<string, Json>;
  components: { parameters: Record<string, Json> };
}

const FORM = 'multipart/form-data';

const FOR_PROGRAMS = 'Programs read the document at [/openapi.json](/openapi.json).';

const WHO: Readonly<Record<string, string>> = {
  public: 'For everybody.',
  user: 'For everybody who has logged in.',
  admin: 'For admins.',
  clinician: 'For clinicians.',
};

/** A changed copy of the document. */
export function documentForTrying(document: Document): Json {
  const { paths, components, ...rest } = structuredClone(document);
  for (const path of Object.values(paths)) {
    for (const operation of Object.values(path)) if (isOperation(operation)) prepare(operation);
  }
  const parameters = Object.fromEntries(
    Object.entries(components.parameters).map(([name, parameter]) => [name, withoutPrefill(parameter)]),
  );
  const { session: _, ...securitySchemes } = ((components as Json)['securitySchemes'] ?? {}) as Json;
  // The page cannot set a cookie. If there is one, the browser sends it by itself.
  const info = rest['info'] as Json;
  const description = `${info['description'] as string}\n\n${FOR_PROGRAMS}`;
  return {
    ...rest,
    info: { ...info, description },
    security: [{ bearer: [] }],
    paths,
    components: { ...components, parameters, securitySchemes },
  };
}

const isOperation = (value: unknown): value is Shown =>
  typeof value === 'object' && value !== null && 'operationId' in value;

function prepare(operation: Shown): void {
  const who = WHO[operation['x-access'] ?? ''];
  if (who !== undefined) operation.description = [`**${who}**`, operation.description ?? ''].join(' ').trim();
  if (operation.parameters) operation.parameters = operation.parameters.map(withoutPrefill);
  const schema = operation.requestBody?.content[FORM]?.schema;
  if (schema) emptyFields(schema);
}

/** Moves the example of a parameter that may be left out into its description. */
function withoutPrefill({ example, ...parameter }: Parameter): Parameter {
  if (example === undefined || parameter.required) return { ...parameter, ...(example !== undefined && { example }) };
  const shown = `Example: \`${typeof example === 'string' ? example : JSON.stringify(example)}\``;
  return { ...parameter, description: [parameter.description, shown].filter(Boolean).join('. ') };
}

/** Leaves the fields of a form empty that may be left out; otherwise the page would send "string" or 0. */
function emptyFields({ properties = {}, required = [] }: FormSchema): void {
  for (const [name, field] of Object.entries(properties))
    if (!required.includes(name) && !('default' in field)) field['example'] = '';
}
