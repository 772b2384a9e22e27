import { workspace } from './local-slack.ts';

/** A policy with each kind of approval, on devices of the look-alike's inventory. @param onCall decides about web-09 */
export const approvalRules = (onCall: { group: string; label: string }) => `
version: 1
roles:
  viewer: { everyone: true }
  operator: { everyone: true }
  approver: { everyone: true }
  auditor: { everyone: true }
  commander: { users: [${workspace.carol}] }
rules:
  - name: databases
    match: { actions: [install], devices: [db-01, db-02] }
    require:
      - { approvals: 1, from: { groups: [S0LEADS] }, label: sre-leads }
      - { approvals: 1, from: { groups: [S0DBA] }, label: dba }
    deny: { reason: required }
  - name: say-its-name
    match: { actions: [install], devices: [db-03] }
    require: [{ approvals: 1 }]
    confirm: typed_hostname
  - name: emergencies
    match: { actions: [install], devices: [db-04, web-04, web-05] }
    require: [{ approvals: 2 }]
    break_glass: { reason_min: 20, delay: 60s, review_within: 24h, notify: [${workspace.channel}] }
  - name: with-passkey
    match: { actions: [install], devices: [db-05] }
    require: [{ approvals: 1 }]
    step_up: passkey
  - name: moving
    match: { actions: [install], devices: [web-09], not_tags: [lab] }
    require: [{ approvals: 1, from: { groups: [${onCall.group}] }, label: ${onCall.label} }]
`;
