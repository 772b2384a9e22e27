import type { CallArguments } from './fault-book.ts';

/** What Slack answers; `ok` is always there. */
export type Answer = { ok: boolean } & Record<string, unknown>;

/** Parts of a person that a test may set; Slack leaves most of them out for an ordinary member. */
export interface PersonFacts {
  team_id?: string;
  is_bot?: boolean;
  deleted?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  enterprise_user?: { id: string; teams: string[] };
}

/** What the look-alike cannot know: user groups, guests and strangers, and the scopes of our token. */
export interface WorkspaceFacts {
  /** Defines a user group, or changes who is in it. */
  setGroup(group: { id: string; handle: string; users: string[] }): void;
  /** Lays facts over a person; one that the look-alike does not know comes into being. */
  setPerson(id: string, facts: PersonFacts): void;
  /** What the header `x-oauth-scopes` says. */
  setScopes(scopes: readonly string[]): void;
  scopes(): string;
  /** The answer to a method that the look-alike lacks; undefined for all others. */
  answer(method: string, args: CallArguments): Answer | undefined;
  /** Puts what a test has set over what the look-alike answered. */
  overlay(method: string, args: CallArguments, answer: Answer): Answer;
}

const everyScope = [
  ...['commands', 'chat:write', 'users:read', 'users:read.email', 'usergroups:read', 'channels:read'],
  ...['groups:read', 'im:write', 'files:write', 'team:read'],
];

export function createWorkspaceFacts(): WorkspaceFacts {
  const groups = new Map<string, { id: string; handle: string; users: string[] }>();
  const people = new Map<string, PersonFacts>();
  let scopes: readonly string[] = everyScope;
  return {
    setGroup: (group) => void groups.set(group.id, group),
    setPerson: (id, facts) => void people.set(id, { ...people.get(id), ...facts }),
    setScopes: (given) => {
      scopes = given;
    },
    scopes: () => scopes.join(','),
    answer(method, args) {
      if (method === 'usergroups.list') {
        return { ok: true, usergroups: [...groups.values()].map((group) => groupOf(group, args)) };
      }
      if (method !== 'usergroups.users.list') return undefined;
      const users = groups.get(args.usergroup ?? '')?.users;
      return users ? { ok: true, users } : { ok: false, error: 'no_such_subteam' };
    },
    overlay(method, args, answer) {
      const facts = people.get(args.user ?? '');
      if (method !== 'users.info' || !facts) return answer;
      const known = answer.ok ? (answer.user as object) : unknownPerson(args.user ?? '');
      return { ok: true, user: { ...known, ...facts } };
    },
  };
}

function groupOf(group: { id: string; handle: string; users: string[] }, args: CallArguments) {
  const { id, handle, users } = group;
  const listed = args.include_users === 'true' ? { users } : {};
  return { id, handle, name: handle, is_usergroup: true, date_delete: 0, user_count: users.length, ...listed };
}

function unknownPerson(id: string) {
  return { id, team_id: 'T09ELSE', name: id.toLowerCase(), is_bot: false, deleted: false };
}
