import { PsusageError } from '../../shared/errors.js';

export type PsErrorCode = 'PS_MISSING' | 'PS_UNFIT' | 'PS_FAILED' | 'PS_TIMEOUT' | 'PS_RUBBISH';

/** A run of ps that gives no snapshot: a gap, never an end of processes. */
export class PsError extends PsusageError {
  constructor(
    code: PsErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}
