import { expect, test } from 'vitest';
import type * as echarts from '../../src/report/page/plots/echarts.js';

const BUNDLE = new URL('../../dist/echarts.cjs', import.meta.url).href;

test('a name such as __proto__ on an axis changes nothing that all objects have', async () => {
  const { init } = (await import(BUNDLE)) as typeof echarts;
  const before = Reflect.ownKeys(Object.prototype);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 300, height: 200 });
  chart.setOption({
    xAxis: { type: 'value' },
    yAxis: { type: 'category', data: ['constructor', '__proto__', 'other'] },
    series: [{ type: 'bar', data: [1, 2, 3] }],
  });
  expect(chart.renderToSVGString()).toContain('__proto__');
  expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
});
