/** Something that can be done with a file of this computer, such as copying it to the server. */
export interface FileWay {
  label: string;
  hint: string;
  /** On the button that begins it. */
  yes: string;
  /** May it be done with this file? With a sentence for the person, in figures. */
  judge(file: File): Promise<{ may: boolean; text: string }>;
  /** The person said yes. */
  begin(file: File): void;
}
