import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../../package.json') as { version: string };

/** The version in package.json, the only place that states it. */
export const VERSION = manifest.version;
