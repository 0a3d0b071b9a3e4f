/**
 * A failure that a person can read: what failed and why in one line, and what to do about it.
 *
 * `code` is stable and for programs; `hint` is a sentence or a command that mends it.
 */
export class PsusageError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}

/** The command line, the environment or the config file asks for what can't be. Exit code 2. */
export class UsageError extends PsusageError {
  constructor(message: string, hint?: string) {
    super('USAGE', message, { hint });
  }
}

/** A command that succeeded ends with this exit code: it has found what it was to look for. */
export class ExitCode extends Error {
  constructor(readonly exitCode: number) {
    super(`exit code ${exitCode}`);
  }
}

/** Whether it failed with this code, of the system or of SQLite, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** One line for a failure of any kind, without a stack trace. */
export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
