import { isIPv4 } from 'node:net';

export type ServerKind = 'influxdb' | 'victoriametrics';

/** Where a server keeps what is written. */
export type Target =
  /** `/api/v2/write`: InfluxDB 2, 3, Cloud, and 1.8 with `db/rp` for a bucket. */
  | { api: 'v2'; org: string; bucket: string }
  /** `/write`: InfluxDB 1.x; VictoriaMetrics makes a label `db` of the database. */
  | { api: 'v1'; database: string }
  /** `/api/v2/write` alone: VictoriaMetrics, without that label. */
  | { api: 'bare' };

/** A server, its database or bucket, and the user. */
export interface Connection {
  server: ServerKind;
  /** `http(s)://host[:port][/prefix]`, without credentials, query and trailing slash. */
  url: string;
  target: Target;
  /** Value of the Authorization header; undefined where there are no credentials. */
  authorization: string | undefined;
  /** What must be shown nowhere, in each form in which it is sent. */
  secrets: readonly string[];
}

/** The server and what is written to there, to be read and compared; without secrets. */
export function formatDestination({ server, url, target }: Connection): string {
  // One may have taken the place of an InfluxDB, at its address.
  const kind = server === 'victoriametrics' ? ' of VictoriaMetrics' : '';
  switch (target.api) {
    case 'v2':
      return `${url} org ${target.org} bucket ${target.bucket}${kind}`;
    case 'v1':
      return `${url} database ${target.database}${kind}`;
    case 'bare':
      return url;
  }
}

/** Path and query that take line protocol with timestamps in milliseconds; to be put behind the URL. */
export function writePath({ target }: Connection): string {
  switch (target.api) {
    case 'v2': {
      const org = encodeURIComponent(target.org);
      return `/api/v2/write?org=${org}&bucket=${encodeURIComponent(target.bucket)}&precision=ms`;
    }
    case 'v1':
      return `/write?db=${encodeURIComponent(target.database)}&precision=ms`;
    case 'bare':
      return '/api/v2/write?precision=ms';
  }
}

/**
 * A function that replaces each secret of the connection by `…`, for messages of a server: some repeat
 * the request that they refuse. Secrets are found as they are, as a URL has them, and as JSON has them.
 */
export function createRedactor({ secrets }: Connection): (text: string) => string {
  const written = secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    // The first alternative that fits is taken, and a short one would leave the rest of a long one.
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  if (written.length === 0) return (text) => text;
  const anyOfThem = new RegExp(written.join('|'), 'g');
  return (text) => text.replace(anyOfThem, '…');
}

/**
 * Whether a name or address can only be this machine's own.
 *
 * @param hostname as a URL has it: IPv6 in brackets, IPv4 in its usual form
 */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  if (isIPv4(name)) return name.startsWith('127.');
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]';
}
