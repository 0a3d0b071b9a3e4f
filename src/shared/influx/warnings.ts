import { type Connection, isLoopback } from './connection.js';

/** What is dangerous about a connection though it works; a sentence each, without secrets. */
export function findWarnings({ url, authorization }: Connection): string[] {
  const { protocol, hostname } = new URL(url);
  if (authorization === undefined || protocol === 'https:' || isLoopback(hostname)) return [];
  const secret = authorization.startsWith('Token ') ? 'token' : 'password';
  return [`the ${secret} is sent unencrypted to ${url}: use https if the server has it`];
}
