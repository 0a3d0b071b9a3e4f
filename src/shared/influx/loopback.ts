import { isIPv4 } from 'node:net';

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
