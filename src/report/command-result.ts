/** What a command comes to. */
export interface CommandResult {
  /** For stdout, in one piece. */
  text: string;
  /** 0, or what a check has found. */
  exitCode: number;
}
