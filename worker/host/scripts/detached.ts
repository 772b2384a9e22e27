/**
 * `detached LOG PROGRAM ARGUMENTS…` starts a job that is cut loose from this SSH session, and comes back once the job has begun: when it
 * has written down who it is and closes descriptor 3 (`exec 3>&-`), or has ended. So nobody has to look again and again.
 */
export const detachedFunction = `
detached() {
  log=$1 loose=setsid
  shift
  have setsid || loose=nohup
  : "$($loose "$@" 3>&1 </dev/null >"$log" 2>&1 &)"
}
`;
