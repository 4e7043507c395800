/**
 * Filters on owned documents go through models, which refuse a misspelt field: with the driver it would match nothing,
 * or everything. The rule is in docs/decisions.md.
 */
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import type { Connection, Model } from 'mongoose';
import { attendanceModel, KIND_NAMES, namedModel } from '../../src/attendances/model.ts';
import { conditionModel } from '../../src/directory/conditions/model.ts';
import { encounterModel } from '../../src/directory/encounters/model.ts';
import { patientModel } from '../../src/directory/patients/model.ts';
import { studyModel } from '../../src/directory/studies/model.ts';
import { markModel } from '../../src/ecgs/annotations/model.ts';
import { commentModel } from '../../src/ecgs/comments/model.ts';
import { ecgModel } from '../../src/ecgs/store/model.ts';
import { importModel } from '../../src/imports/model.ts';
import { sessionModel } from '../../src/sessions/model.ts';
import { uploadModel } from '../../src/uploads/model.ts';
import { userModel } from '../../src/users/model.ts';
import { testDatabase } from '../support/mongo.ts';

const SOURCES = new URL('../../src/', import.meta.url);

/** Where the driver's collections may be used, other than in the `model.ts` of a folder, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'database/migrations.ts': 'keeps account of the migrations before there is any model',
  'database/models.ts': 'hands on the writes of whole documents, and no filter but an id',
  'database/room.ts': 'measures a collection, whichever grows',
  'directory/patients/include.ts': 'names the collection of a model in a $unionWith',
};

/** Use of the driver's collection behind a model. */
const OF_A_MODEL = /\.collection\.\w+/;
/** Collections that have a model. */
const OWNED = new RegExp(
  String.raw`collection(?:<[^>]*>)?\(\s*'(?:users|sessions|ecgs|ecgMarks|ecgComments|imports|uploads|` +
    "patients|studies|encounters|conditions|attendances)'",
);

const MODELS: Readonly<Record<string, (database: Connection) => unknown>> = {
  attendanceModel,
  commentModel,
  conditionModel,
  ecgModel,
  encounterModel,
  importModel,
  markModel,
  patientModel,
  sessionModel,
  studyModel,
  uploadModel,
  userModel,
  ...Object.fromEntries(KIND_NAMES.map((kind) => [kind, (database: Connection) => namedModel(database, kind)])),
};

/** The name of an operation's error; null if it succeeds. */
const refusal = async (asked: PromiseLike<unknown>): Promise<string | null> => {
  try {
    await asked;
    return null;
  } catch (error) {
    return (error as Error).name;
  }
};

describe('what talks to MongoDB', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !file.startsWith('database/migrations/'))
    .map((file) => ({ file, text: readFileSync(new URL(file, SOURCES), 'utf8') }));
  const filesWith = (pattern: RegExp): string[] =>
    files
      .filter(({ text }) => pattern.test(text))
      .map(({ file }) => file)
      .toSorted();

  it('takes collections of the driver from the model file of their folder', () => {
    const elsewhere = filesWith(/\.collection\b/).filter((file) => !file.endsWith('model.ts'));
    expect(elsewhere).to.deep.equal(Object.keys(ALLOWED));
  });

  it('takes none of those that have a model', () => {
    expect(filesWith(OF_A_MODEL)).to.deep.equal(['directory/patients/include.ts']);
    expect(filesWith(OWNED)).to.deep.equal([]);
  });

  describe('through models', () => {
    let database: Connection;
    before(async () => {
      database = await testDatabase();
    });

    for (const [name, model] of Object.entries(MODELS)) {
      it(`is refused a misspelt field of the ${name}`, async () => {
        const documents = model(database) as Model<{ owner: string }>;
        const misspelt = { ownr: 'a' } as never;
        for (const filter of [misspelt, { $or: [misspelt] }] as never[]) {
          expect(await refusal(documents.find(filter).lean())).to.equal('StrictModeError');
          expect(await refusal(documents.countDocuments(filter))).to.equal('StrictModeError');
          expect(await refusal(documents.updateMany(filter, [{ $unset: 'version' }]))).to.equal('StrictModeError');
          expect(await refusal(documents.deleteMany(filter))).to.equal('StrictModeError');
        }
        expect(await refusal(documents.updateMany({}, { $set: misspelt }))).to.equal('StrictModeError');
      });
    }
  });
});
