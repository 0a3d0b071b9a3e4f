/** What every command understands; flags, environment and config file have been merged. */
export interface GlobalOptions {
  journal: string;
  host: string;
  config?: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
}
