/**
 * Where an upload grows on the server until all of it is there. Each has a file of its own: whoever still writes to one
 * that was given up harms no other. @param upload `path`: where it goes then; `n`: of its wish
 */
export function growingPath(upload: { path: string; n: number }): string {
  return `${upload.path}.up${upload.n}`;
}
