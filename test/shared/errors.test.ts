import { expect, test } from 'vitest';
import { PsError } from '../../src/record/ps/errors.js';
import { toMessage, PsusageError, UsageError } from '../../src/shared/errors.js';

test('carries a code, a hint and its cause', () => {
  const cause = new Error('deep down');
  const error = new PsusageError('SOME_CODE', 'what failed: why', { hint: 'do this', cause });
  expect(error).toMatchObject({ code: 'SOME_CODE', message: 'what failed: why', hint: 'do this' });
  expect(error.cause).toBe(cause);
});

test('has neither hint nor cause where there is none', () => {
  const error = new PsusageError('SOME_CODE', 'what failed');
  expect(error.hint).toBeUndefined();
  expect('cause' in error).toBe(false);
});

test('is called by its own class, and is one of the errors that a person can read', () => {
  const usage = new UsageError('not so', 'but so');
  expect(usage).toMatchObject({ name: 'UsageError', code: 'USAGE', hint: 'but so' });
  expect(usage).toBeInstanceOf(PsusageError);
  expect(new PsError('PS_FAILED', 'ps failed')).toMatchObject({ name: 'PsError' });
  expect(new UsageError('not so').hint).toBeUndefined();
});

test('tells in words whatever was thrown', () => {
  expect(toMessage(new Error('words'))).toBe('words');
  expect(toMessage('words')).toBe('words');
  expect(toMessage(undefined)).toBe('undefined');
});
