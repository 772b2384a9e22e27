import type { Grant, Policy } from './schema.ts';

/** The bot's settings that say who may do what. Empty lists mean every full member. */
export interface PolicySettings {
  XEPA_PROTECTED_TAGS: readonly string[];
  XEPA_REQUESTERS: readonly string[];
  XEPA_APPROVERS: readonly string[];
  XEPA_APPROVAL_MINUTES: number;
}

/** The policy where there is no file: what concerns a device with a protected tag needs one other person's yes. */
export function defaultPolicy(settings: PolicySettings): Policy {
  const tags = [...settings.XEPA_PROTECTED_TAGS];
  // Where every member may approve, nobody is an admin: an admin handles protected installs of others alone.
  const listed = settings.XEPA_APPROVERS.length > 0;
  const grant = (users: readonly string[], label: string): Grant =>
    users.length > 0 ? { users: [...users], groups: [], label } : { users: [], groups: [], everyone: true };
  return {
    version: 1,
    production_tags: tags,
    roles: {
      viewer: grant([], ''),
      operator: grant(settings.XEPA_REQUESTERS, 'the people in XEPA_REQUESTERS'),
      approver: grant(settings.XEPA_APPROVERS, 'the people in XEPA_APPROVERS'),
      auditor: grant(settings.XEPA_APPROVERS, 'the people in XEPA_APPROVERS'),
      ...(listed ? { admin: grant(settings.XEPA_APPROVERS, 'the people in XEPA_APPROVERS') } : {}),
    },
    same_person: [],
    channels: [],
    rules: [
      {
        name: 'protected-devices',
        match: { actions: ['install', 'troubleshoot', 'release', 'reboot', 'power', 'rescue'], tags },
        require: [{ approvals: 1 }],
        expires: settings.XEPA_APPROVAL_MINUTES * 60_000,
      },
    ],
  };
}
