/** What a request comes to. */
export interface MadeReport {
  /** For stdout, in one piece. */
  text: string;
  /** 0, or what a check has found. */
  exitCode: number;
}
