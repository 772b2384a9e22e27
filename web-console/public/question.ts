/** What is asked before something that cannot be taken back. */
export interface Question {
  title: string;
  text: string;
  /** What will happen, in order. */
  points?: readonly string[];
  yes: string;
  no: string;
  danger?: boolean;
  /** Yes can be pressed only once this was typed. */
  typed?: string;
}
