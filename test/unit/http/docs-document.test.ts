/** The API document as Swagger UI shows it. */
import { expect } from 'chai';
import { documentForTrying } from '../../../src/http/docs-document.ts';
import { DOCUMENT, type Described } from '../../support/document.ts';

const SHOWN = documentForTrying(DOCUMENT) as unknown as typeof DOCUMENT;
const operationOf = (method: string, path: string): Described['operation'] & { description: string } =>
  SHOWN.paths[path]![method] as Described['operation'] & { description: string };

/** The form that an operation takes. */
const form = (path: string) =>
  operationOf('post', path).requestBody!.content['multipart/form-data']!.schema as {
    properties: Record<string, { example?: unknown; default?: unknown; enum?: string[] }>;
  };

describe('the document for trying', () => {
  it('says first who may use an operation', () => {
    expect(operationOf('post', '/auth/login').description).to.match(/^\*\*For everybody\.\*\* Answers with a token/);
    expect(operationOf('get', '/auth/me').description).to.equal('**For everybody who has logged in.**');
    expect(operationOf('get', '/system').description).to.match(/^\*\*For admins\.\*\* /);
    expect(operationOf('get', '/ecgs').description).to.match(/^\*\*For clinicians\.\*\* ?/);
  });

  it('has examples of parameters only if they are needed; the others name theirs', () => {
    const [required, optional] = [true, false].map((isRequired) =>
      [...Object.values(SHOWN.paths), { all: { parameters: Object.values(SHOWN.components.parameters) } }]
        .flatMap((path) => Object.values(path))
        .flatMap((operation) => (operation as Partial<Described['operation']>).parameters ?? [])
        .filter((parameter) => !('$ref' in parameter) && (parameter['required'] === true) === isRequired),
    );
    expect(required!.filter((parameter) => 'example' in parameter)).not.to.deep.equal([]);
    expect(optional!.filter((parameter) => 'example' in parameter)).to.deep.equal([]);
    expect(SHOWN.components.parameters['IfMatch']!['description']).to.match(/\. Example: `"3"`$/);
    expect(optional!.find(({ name }) => name === 'dateFrom')!['description']).to.match(
      /Example: `2026-01-15T09:30:00Z`$/,
    );
  });

  it('leaves fields of forms empty that may be left out, but keeps defaults and files', () => {
    expect(form('/ecgs').properties['notes']!.example).to.equal('');
    expect(form('/ecgs').properties['files']).not.to.have.property('example');
    expect(form('/imports').properties['source']).to.include({ default: 'csv' }).and.not.to.have.property('example');
    expect(form('/imports').properties['kind']!.enum).to.include('patients');
  });

  it('is a copy', () => {
    expect(JSON.stringify(DOCUMENT)).not.to.include('**For ');
    expect(DOCUMENT.components.parameters['IfMatch']).to.have.property('example');
  });
});
