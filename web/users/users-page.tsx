/** Users: administrators create, change, deactivate and delete them, and make links that reset a password. */
import { useState } from 'preact/hooks';
import { dateTime, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { Dialog } from '../ui/dialog.tsx';
import type { Filter } from '../ui/filters.tsx';
import { ListHeading, Listing, useListing } from '../ui/listing.tsx';
import { type Opened, ResourceDialogs } from '../ui/resource.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import type { Column } from '../ui/table.tsx';
import { PasswordReset } from './password-reset.tsx';
import { isSelf, listUsers, type NewUser, roles, type User, userResource } from './user-form.ts';

export function UsersPage() {
  const t = pageTexts.value.users;
  const list = useListing('/users', listUsers);
  const [opened, setOpened] = useState<Opened<User>>(null);
  const [created, setCreated] = useState<NewUser | null>(null);
  const [resetting, setResetting] = useState<User | null>(null);
  return (
    <div class="page">
      <ListHeading title={t.title} path="users" add={t.add} onAdd={() => setOpened({ kind: 'create' })} />
      <Listing
        caption={t.title}
        columns={columns(setOpened, setResetting)}
        filters={filters()}
        keyOf={({ id }) => id}
        list={list}
        empty={<p>{t.empty}</p>}
      />
      <ResourceDialogs
        resource={userResource()}
        opened={opened}
        onClose={() => setOpened(null)}
        onSaved={(user: NewUser) => {
          if (user.password !== undefined) setCreated(user);
          list.reload();
        }}
        onRemoved={list.reload}
      />
      {created && <Created user={created} onClose={() => setCreated(null)} />}
      {resetting && <PasswordReset user={resetting} onClose={() => setResetting(null)} />}
    </div>
  );
}

/** The generated password, once. Escape does not close it: the password would be lost. */
function Created({ user, onClose }: { user: NewUser; onClose: () => void }) {
  const t = pageTexts.value.users;
  return (
    <Dialog title={t.createdTitle} onClose={() => undefined} isFirm>
      <ShownOnce label={t.email} value={user.email} />
      <ShownOnce label={t.password} value={user.password ?? ''} />
      <p>{t.passwordNote}</p>
      <footer>
        <button type="button" class="main" onClick={onClose}>
          {t.done}
        </button>
      </footer>
    </Dialog>
  );
}

function columns(open: (opened: Opened<User>) => void, reset: (user: User) => void): Column<User>[] {
  const t = pageTexts.value.users;
  return [
    {
      key: 'name',
      label: t.name,
      isRowHeader: true,
      render: (user) => (
        <>
          {user.fullName} {isSelf(user) && <span class="badge">{t.you}</span>}
        </>
      ),
    },
    { key: 'email', label: t.email, render: ({ email }) => email },
    { key: 'role', label: t.role, render: ({ role }) => t.roles[role] },
    {
      key: 'state',
      label: t.state,
      render: ({ isActive }) => (
        <span class={`badge ${isActive ? 'good' : 'warning'}`}>{isActive ? t.active : t.inactive}</span>
      ),
    },
    {
      key: 'lastLogin',
      label: t.lastLogin,
      render: ({ lastLoginAt }) =>
        lastLoginAt === null ? <span class="quiet">{t.never}</span> : dateTime(lastLoginAt),
    },
    {
      key: 'actions',
      label: pageTexts.value.list.actions,
      isNumber: true,
      render: (user) => <Actions user={user} open={open} reset={reset} />,
    },
  ];
}

interface ActionsProps {
  user: User;
  open: (opened: Opened<User>) => void;
  reset: (user: User) => void;
}

function Actions({ user, open, reset }: ActionsProps) {
  const t = pageTexts.value.users;
  return (
    <span class="row actions">
      <button
        type="button"
        aria-label={`${texts.value.edit}: ${user.fullName}`}
        onClick={() => open({ kind: 'edit', item: user })}
      >
        {texts.value.edit}
      </button>
      {isSelf(user) ? (
        <span class="small quiet own">{t.ownAccount}</span>
      ) : (
        <>
          <button type="button" aria-label={`${t.reset}: ${user.fullName}`} onClick={() => reset(user)}>
            {t.reset}
          </button>
          <button
            type="button"
            class="plain danger"
            aria-label={`${texts.value.delete}: ${user.fullName}`}
            onClick={() => open({ kind: 'remove', item: user })}
          >
            {texts.value.delete}
          </button>
        </>
      )}
    </span>
  );
}

function filters(): Filter[] {
  const t = pageTexts.value.users;
  return [
    { kind: 'search', name: 'q', label: t.search, hint: t.searchHint },
    { kind: 'choice', name: 'role', label: t.role, options: roles() },
    {
      kind: 'choice',
      name: 'isActive',
      label: t.state,
      options: [
        ['true', t.active],
        ['false', t.inactive],
      ],
    },
  ];
}
