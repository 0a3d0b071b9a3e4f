import type { Command } from 'commander';
import type { GlobalOptions } from '../shared/global-options.js';
import type { ConnectionOptions } from '../shared/influx/connection-options.js';
import type { Thresholds } from './budget/thresholds.js';
import type { CreditMode } from './credits/account.js';
import type { SortColumn } from './sort-columns.js';

export const SOURCES = ['journal', 'influx'] as const;
export const FORMATS = ['table', 'json', 'csv', 'html'] as const;
export const GROUPINGS = ['user', 'program', 'command', 'host', 'hour', 'process', 'day'] as const;

/** What the command line, the environment and the config file say, merged. */
export interface ReportOptions extends GlobalOptions, ConnectionOptions {
  source: (typeof SOURCES)[number];
  /** True when the flag stands alone. */
  day?: string | true;
  from?: string;
  to?: string;
  tz?: string;
  days?: number;
  by: (typeof GROUPINGS)[number];
  /** As `parseNamedUser` reads it. */
  user?: string;
  mine?: boolean;
  format: (typeof FORMATS)[number];
  /** A file, `-` for stdout. */
  output?: string;
  sort: SortColumn;
  top?: number;
  verbose?: boolean;
  budget: string[];
  check?: Thresholds;
  ledger?: boolean;
  /** In percent of one vCPU. */
  baseline: number;
  mode: CreditMode;
  fit?: boolean;
}

type OptionName = keyof ReportOptions;

/** The options, and where each of them stands. */
export interface GivenOptions {
  options: ReportOptions;
  /**
   * Where the option counts for the most that counts for the most of these: 2 on the command line, 1 in the environment,
   * 0 in the config file, and -1 where none is given. It decides between options that contradict each other.
   */
  rankOf: (...names: OptionName[]) => number;
  isOnCommandLine: (name: OptionName) => boolean;
}

const RANKS = ['config', 'env', 'cli'];

export function readOptions(command: Command): GivenOptions {
  const sourceOf = (name: OptionName) => command.getOptionValueSource(name) ?? '';
  return {
    options: command.optsWithGlobals<ReportOptions>(),
    rankOf: (...names) => Math.max(...names.map((name) => RANKS.indexOf(sourceOf(name)))),
    isOnCommandLine: (name) => sourceOf(name) === 'cli',
  };
}
