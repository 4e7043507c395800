/** The form and requests of users. */
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { ifUnchanged, once } from '../api/sending.ts';
import { session } from '../session/session.ts';
import { pageTexts } from '../text/pages.ts';
import type { Query } from '../ui/address.ts';
import type { FormField } from '../ui/form-fields.tsx';
import type { Page } from '../ui/listing.tsx';
import type { Resource } from '../ui/resource.tsx';

export type User = Schemas['User'];
/** A user who was just created, with the password that was generated. */
export type NewUser = Schemas['NewUserAnswer'];

export const listUsers = (query: Query, signal: AbortSignal): Promise<Page<User>> =>
  answered(api.GET('/users', { params: { query: { ...query, total: true } as never }, signal }));

/** Whether it is the person who is logged in: the service protects that account from its owner. */
export const isSelf = ({ id }: Pick<User, 'id'>): boolean => session.value?.user.id === id;

export function userResource(): Resource<User> {
  const t = pageTexts.value.users;
  const fieldsOf = (user: User | null): FormField[] => [
    { name: 'fullName', label: t.name, required: true },
    { name: 'email', label: t.email, kind: 'email', required: true },
    // Of the own account, only name and address can be changed.
    ...(user !== null && isSelf(user)
      ? []
      : ([
          { name: 'role', label: t.role, kind: 'choice', required: true, options: roles(), hint: t.rolesHint },
          { name: 'isActive', label: t.mayLogIn, kind: 'flag', hint: t.mayLogInHint },
        ] satisfies FormField[])),
  ];
  return {
    kind: 'user',
    one: t.one,
    add: t.add,
    nameOf: ({ fullName }) => fullName,
    sectionsOf: (user) => [{ fields: fieldsOf(user) }],
    initial: { role: 'clinician', isActive: 'true' },
    create: (body, sending) => answered(api.POST('/users', { body: body as never, ...once(sending) })),
    change: (id, body, { version }) =>
      answered(api.PATCH('/users/{id}', { params: { path: { id } }, body: body as never, ...ifUnchanged(version) })),
    read: (id) => answered(api.GET('/users/{id}', { params: { path: { id } } })),
    remove: (id, version) => answered(api.DELETE('/users/{id}', { params: { path: { id } }, ...ifUnchanged(version) })),
    removeWarning: t.deactivateInstead,
  };
}

export const roles = (): [User['role'], string][] => Object.entries(pageTexts.value.users.roles) as never;
