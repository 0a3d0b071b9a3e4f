import { MS_PER_SECOND } from '../../shared/units.js';
import { VERSION } from '../../shared/version.js';
import type { HostCounter } from '../data/counters.js';
import type { Metric } from '../formats/prometheus.js';
import type { Status } from './status-document.js';

/** How the recorder and its journal are. */
export function statusMetrics({ facts, health }: Status, { recorderCpuMs }: HostCounter): Metric[] {
  const { run, coverage, shipping } = facts;
  const gauge = (name: string, help: string, value: number | null | undefined): Metric => ({
    ...{ name, help, type: 'gauge' },
    series: value == null ? [] : [{ value }],
  });
  return [
    gauge('psusage_recorder_up', '1 while samples are taken.', Number(health.recording)),
    gauge('psusage_problems', 'Problems that psusage status tells.', health.problems.length),
    gauge(
      'psusage_last_sample_timestamp_seconds',
      'When the last sample was taken.',
      run?.lastTickMs == null ? null : run.lastTickMs / MS_PER_SECOND,
    ),
    gauge(
      'psusage_recent_gaps',
      'Stretches without a sample in the last 24 hours.',
      coverage.gaps.length,
    ),
    gauge('psusage_followed_processes', 'Processes that are followed.', facts.openProcesses),
    {
      name: 'psusage_recorder_cpu_seconds_total',
      type: 'counter',
      help: 'CPU time of psusage itself, with each ps.',
      series: [{ value: recorderCpuMs / MS_PER_SECOND }],
    },
    gauge('psusage_journal_size_bytes', 'Size of the journal.', facts.journalBytes),
    gauge('psusage_unshipped_records', 'Records that wait for a server.', shipping.unshipped),
    gauge(
      'psusage_quarantined_records',
      'Records that a server has refused.',
      shipping.quarantined,
    ),
    {
      name: 'psusage_build_info',
      type: 'gauge',
      help: 'The version of psusage.',
      series: [{ labels: { version: VERSION }, value: 1 }],
    },
  ];
}
