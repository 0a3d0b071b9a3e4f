import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVictoriaMetrics, type VictoriaMetricsServer } from './victoria-metrics.js';

const AT_MS = Date.UTC(2026, 2, 29, 9);
const LINES = [
  `cpu_credit,user=foo cpu_seconds=1.5 ${AT_MS}`,
  `cpu_credit,user=foo cpu_seconds=2 ${AT_MS + 1}`,
  `cpu_credit,user=foo cpu_seconds=1.5 ${AT_MS}`,
];
const SUM_OF_A_MINUTE = 'sum by (user) (sum_over_time(cpu_credit_cpu_seconds[60s]))';

describe('a real VictoriaMetrics', () => {
  let server: VictoriaMetricsServer;

  beforeAll(async () => {
    server = await startVictoriaMetrics();
    const response = await fetch(`${server.url}/write?db=psusage&precision=ms`, {
      method: 'POST',
      body: LINES.join('\n'),
    });
    expect(response.status).toBe(204);
  });
  afterAll(async () => {
    await server.stop();
  });

  test('gives back what was written, what came twice once', async () => {
    const metric = { __name__: 'cpu_credit_cpu_seconds', db: 'psusage', user: 'foo' };
    expect(await server.export('{__name__=~"cpu_credit_.*"}')).toEqual([
      { metric, values: [1.5, 2], timestamps: [AT_MS, AT_MS + 1] },
    ]);
  });

  test('keeps everything when it is stopped in order, and adds it up', async () => {
    await server.restart();
    expect(await server.query(SUM_OF_A_MINUTE, AT_MS / 1_000 + 30)).toEqual([
      { metric: { user: 'foo' }, value: 3.5 },
    ]);
  });

  test('is gone when it is killed, and comes back', async () => {
    await server.kill();
    await expect(fetch(`${server.url}/health`)).rejects.toThrow('fetch failed');
    await server.restart();
    expect(await server.query(SUM_OF_A_MINUTE, AT_MS / 1_000 + 30)).toHaveLength(1);
  });

  test('says what is wrong with a query', async () => {
    await expect(server.query('sum(', 0)).rejects.toThrow('answers /api/v1/query with 422');
  });
});
