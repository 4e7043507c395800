/** The operations that studies, encounters and conditions have in common: list, create, read, change and delete. */
import { type Connection, type QueryFilter, Types } from 'mongoose';
import type { ZodType } from 'zod';
import type { Along } from '../database/transaction.ts';
import type { ErrorCode, Problem } from '../errors.ts';
import { created, noContent, pageOrCsv, versioned } from '../http/answers.ts';
import { etag } from '../http/etag.ts';
import { columnsOf } from '../http/csv-columns.ts';
import { answerList, LIST } from '../http/list-csv.ts';
import { type AnyOperation, type Call, type Identity, operation } from '../http/operation.ts';
import { page } from '../http/paging.ts';
import {
  changeChild,
  type Child,
  type ChildKind,
  countChildren,
  createChild,
  existingPatient,
  listChildren,
  readChild,
  removeChild,
} from './children.ts';
import { placeIn, type Range } from './order.ts';

/** The query parameters of every such list. */
interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  total: boolean;
  /** A leading `-`: descending. */
  sort: string;
}

/** One kind of a patient's documents, as the API shows it. */
export interface ChildResource<Stored extends Child, Fields extends object, New, Patch, Query extends ListQuery> {
  tag: string;
  /** One of them, in prose: `condition`. */
  noun: string;
  /** The last word of operation ids: `listConditions`, `readCondition`. */
  ids: { one: string; many: string };
  /** The address of the list: `/patients/:id/…`, or an address of its own that shows the documents of all patients. */
  path: string;
  /** The path parameter that names one document. */
  idParameter: string;
  schemas: { New: ZodType<New>; Patch: ZodType<Patch>; View: ZodType; List: ZodType; query: ZodType<Query> };
  kind: (user: Identity) => ChildKind<Stored, Fields>;
  /** Converts a body to stored fields. Errors: `validation-failed`. */
  fields: (body: New) => Fields;
  changes: (body: Patch) => Partial<Fields>;
  /** Converts stored documents to what this caller may see of them. */
  views: (found: readonly Stored[], user: Identity) => Promise<{ id: string; version: number }[]>;
  list: {
    /** What the list shows; omitted: every document of the patient. @param patient null: of all patients */
    filter?: (query: Query, patient: Types.ObjectId | null) => QueryFilter<Stored>;
    /** A range of the list's order. Errors: `invalid-query`. */
    bounds?: (query: Query) => Pick<Range, 'from' | 'to'>;
    /** The index for the list. */
    index: string;
  };
  /** The patient of a new document when the path does not name it: its id, and the error if it does not exist. */
  patientInBody?: { id: (body: New) => string; missing: () => Problem };
  errors?: { write?: readonly ErrorCode[]; remove?: readonly ErrorCode[] };
}

const by = (user: Identity): Types.ObjectId => new Types.ObjectId(user.userId);

export function childOperations<Stored extends Child, Fields extends object, New, Patch, Query extends ListQuery>(
  database: Connection,
  resource: ChildResource<Stored, Fields, New, Patch, Query>,
): AnyOperation[] {
  const { tag, noun, ids, path, idParameter, schemas, kind, views, errors = {} } = resource;
  const isOfPatient = path.includes(':id');
  const common = { tag, access: 'user' } as const;
  const one = `${path}/:${idParameter}`;
  const csv = { name: tag, columns: columnsOf(schemas.View) };

  type Place = Pick<Call<unknown, unknown>, 'param'>;
  const patientOf = async ({ param }: Place): Promise<Types.ObjectId | null> =>
    isOfPatient ? existingPatient(database, param('id')) : null;
  const patientId = ({ param }: Place): string | null => (isOfPatient ? param('id') : null);

  const ofPatient = (_query: Query, patient: Types.ObjectId | null): QueryFilter<Stored> => {
    if (!patient) throw new Error('a list of all patients says itself what it shows');
    return { patient };
  };

  const answer = async ({ ctx, user }: Pick<Call<unknown, unknown>, 'ctx' | 'user'>, found: Stored): Promise<void> => {
    const [view] = await views([found], user);
    if (!view) throw new Error('one document makes one view');
    ctx.set('ETag', etag(view.version));
    ctx.body = view;
  };

  return [
    operation<Query>({
      ...common,
      id: `list${ids.many}`,
      method: 'get',
      path,
      query: schemas.query,
      answers: pageOrCsv(schemas.List),
      ...LIST,
      handler: async (call) => {
        const { user, query } = call;
        const { filter: filterOf = ofPatient, bounds, index } = resource.list;
        const filter = filterOf(query, await patientOf(call));
        const period = { descending: query.sort.startsWith('-'), ...bounds?.(query) };
        await answerList(call, csv, {
          page: async (cursor, limit) => {
            const range = { ...period, after: placeIn(query.sort, cursor) };
            const found = await listChildren(kind(user), database, filter, range, index, limit + 1);
            const { items, nextCursor } = page(found, limit, (item) => [query.sort, item.order]);
            return { items: await views(items, user), nextCursor };
          },
          count: (atMost) => countChildren(kind(user), database, filter, { ...period, after: null }, index, atMost),
        });
      },
    }),
    operation<Record<string, never>, New>({
      ...common,
      id: `create${ids.one}`,
      method: 'post',
      path,
      body: schemas.New,
      creates: true,
      answers: created(schemas.View),
      ...(errors.write && { errors: errors.write }),
      handler: async (call) => {
        const { ctx, user, body, keep } = call;
        const id = patientId(call) ?? resource.patientInBody?.id(body);
        if (id === undefined) throw new Error('neither the path nor the body names a patient');
        const missing = resource.patientInBody?.missing;
        const patient = await existingPatient(database, id, missing);
        const along: Along<Stored> = async (child, session) => {
          ctx.status = 201;
          ctx.set('Location', `${ctx.path}/${child._id.toHexString()}`);
          await answer(call, child);
          await keep?.(session);
        };
        await createChild(kind(user), database, by(user), patient, resource.fields(body), { missing, along });
      },
    }),
    operation({
      ...common,
      id: `read${ids.one}`,
      method: 'get',
      path: one,
      answers: versioned(schemas.View, `The ${noun}`),
      handler: async (call) =>
        answer(call, await readChild(kind(call.user), database, patientId(call), call.param(idParameter))),
    }),
    operation<Record<string, never>, Patch>({
      ...common,
      id: `change${ids.one}`,
      method: 'patch',
      path: one,
      body: schemas.Patch,
      ifMatch: true,
      answers: versioned(schemas.View, 'Changed'),
      ...(errors.write && { errors: errors.write }),
      handler: async (call) => {
        const { user, param, body, version } = call;
        const target = { id: param(idParameter), version };
        const changes = resource.changes(body);
        await answer(call, await changeChild(kind(user), database, by(user), patientId(call), target, changes));
      },
    }),
    operation({
      ...common,
      id: `delete${ids.one}`,
      method: 'delete',
      path: one,
      ifMatch: true,
      answers: noContent('Deleted'),
      ...(errors.remove && { errors: errors.remove }),
      handler: async (call) => {
        const { ctx, user, param, version } = call;
        await removeChild(kind(user), database, by(user), patientId(call), { id: param(idParameter), version });
        ctx.status = 204;
      },
    }),
  ];
}
