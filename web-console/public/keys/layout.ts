/** A guest's keyboard: which character each key gives on each of its four levels. */
export interface Layout {
  id: string;
  /** For people, in a list. */
  title: string;
  rows: readonly [plain: string, shift: string, altGr: string, altGrShift: string];
}
