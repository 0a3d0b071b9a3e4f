import { expect, test } from 'vitest';
import { withCleanup } from '../../src/shared/with-cleanup.js';

const fail = (message: string) => (): never => {
  throw new Error(message);
};

test('does what comes after the work, and gives what the work gave', async () => {
  const done: string[] = [];
  const work = () => {
    done.push('work');
    return Promise.resolve(1);
  };
  expect(await withCleanup(work, () => done.push('after'))).toBe(1);
  expect(done).toEqual(['work', 'after']);
});

test('does it also when the work fails, and throws the work’s error', async () => {
  const done: string[] = [];
  const work = () => Promise.reject(new Error('work'));
  await expect(withCleanup(work, () => done.push('after'))).rejects.toThrow('work');
  expect(done).toEqual(['after']);
});

test('throws the work’s error when both fail', async () => {
  const work = () => Promise.reject(new Error('work'));
  await expect(withCleanup(work, fail('after'))).rejects.toThrow('work');
});

test('throws what fails afterwards when nothing else did', async () => {
  await expect(withCleanup(() => Promise.resolve(), fail('after'))).rejects.toThrow('after');
});
