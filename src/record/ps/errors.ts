import { PsusageError } from '../../shared/errors.js';

/** A run of ps that gives no snapshot: a gap, never an end of processes. */
export class PsError extends PsusageError {}
