/** Of a key that was pressed, what tells whether it means to copy. */
interface Pressed {
  code: string;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** Ctrl-Shift-C as in any terminal of Linux or Windows, and Cmd-C of a Mac. Ctrl-C alone is the port's. */
export function meansCopy({ code, ctrlKey, shiftKey, altKey, metaKey }: Pressed): boolean {
  if (code !== 'KeyC' || altKey) return false;
  return metaKey ? !ctrlKey && !shiftKey : ctrlKey && shiftKey;
}
