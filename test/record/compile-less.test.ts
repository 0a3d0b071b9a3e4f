import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { EVALUATE, EVALUATE_ENV, sourceUrl } from '../source.js';

test('this version of V8 knows everything that it is told', () => {
  const script = `import { compileLess } from '${sourceUrl('record/compile-less.ts')}'; compileLess();`;
  const { stderr, status } = spawnSync('node', [...EVALUATE, script], {
    env: EVALUATE_ENV,
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
});
