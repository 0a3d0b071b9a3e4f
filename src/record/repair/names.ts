import type Database from 'better-sqlite3';
import { hasUserIds } from './tables.js';

interface OldUser {
  uid: number;
  name: string;
  latest: 0 | 1;
}

/** Boots, users and names of the damaged journal, by their numbers in the journal. */
export class CopiedNames {
  readonly #names = new Map<number, number | undefined>();
  readonly #boots = new Map<number, number | undefined>();
  readonly #users = new Map<number, number | undefined>();
  readonly #hasUserIds: boolean;

  constructor(
    private readonly from: Database.Database,
    private readonly to: Database.Database,
  ) {
    this.#hasUserIds = hasUserIds(from);
  }

  /** The number of a program or command; undefined when its name can't be read. */
  nameId(oldId: number): number | undefined {
    return remembered(this.#names, oldId, () =>
      this.#copied(oldId, {
        read: 'SELECT name FROM name WHERE name_id = ?',
        confirm: 'SELECT name_id FROM name WHERE name = ?',
        insert: 'INSERT INTO name (name) VALUES (?)',
      }),
    );
  }

  /** The number of a boot; undefined when it can't be read. */
  bootId(oldId: number): number | undefined {
    return remembered(this.#boots, oldId, () =>
      this.#copied(oldId, {
        read: 'SELECT kernel_boot_id FROM boot WHERE boot_id = ?',
        confirm: 'SELECT boot_id FROM boot WHERE kernel_boot_id = ?',
        insert: 'INSERT INTO boot (kernel_boot_id) VALUES (?)',
      }),
    );
  }

  /** The number of a user, a uid under one of its names; undefined when it can't be read. */
  userId(oldId: number): number | undefined {
    return remembered(this.#users, oldId, () => {
      const user = this.#hasUserIds ? this.#numberedUser(oldId) : this.#userOfUid(oldId);
      if (user === undefined) return undefined;
      this.to
        .prepare<[OldUser]>(
          `INSERT INTO user (uid, name, latest) VALUES (
             @uid, @name, @latest = 1 AND NOT EXISTS (SELECT 1 FROM user WHERE uid = @uid AND latest = 1)
           ) ON CONFLICT DO NOTHING`,
        )
        .run(user);
      return this.to
        .prepare<[OldUser], number>('SELECT user_id FROM user WHERE uid = @uid AND name = @name')
        .pluck()
        .get(user);
    });
  }

  /** It is in the table and in its index: one of the two is enough, but where they differ one is damaged. */
  #numberedUser(oldId: number): OldUser | undefined {
    const inTable = readUser(
      this.from,
      'SELECT uid, name, latest FROM user WHERE user_id = ?',
      oldId,
    );
    const inIndex = readUser(
      this.from,
      'SELECT uid, name, 0 AS latest FROM user INDEXED BY user_by_uid_and_name WHERE +user_id = ?',
      oldId,
    );
    const user = inTable ?? inIndex;
    const isSame = user?.uid === (inIndex ?? user)?.uid && user?.name === (inIndex ?? user)?.name;
    return isSame ? user : undefined;
  }

  /** Where the name can't be read that which the journal has now, or the uid. */
  #userOfUid(uid: number): OldUser {
    const name =
      readText(this.from, 'SELECT name FROM user WHERE uid = ?', uid) ??
      readText(this.to, 'SELECT name FROM user WHERE uid = ? AND latest = 1', uid);
    return { uid, name: name ?? String(uid), latest: 1 };
  }

  /** Text and number are in the table and in its index: where the two differ one of them is damaged. */
  #copied(
    oldId: number,
    sql: { read: string; confirm: string; insert: string },
  ): number | undefined {
    const text = readText(this.from, sql.read, oldId);
    if (text === undefined || readNumber(this.from, sql.confirm, text) !== oldId) return undefined;
    return (
      readNumber(this.to, sql.confirm, text) ??
      Number(this.to.prepare(sql.insert).run(text).lastInsertRowid)
    );
  }
}

function remembered<V>(known: Map<number, V>, key: number, find: () => V): V | undefined {
  if (!known.has(key)) known.set(key, find());
  return known.get(key);
}

function readUser(db: Database.Database, sql: string, id: number): OldUser | undefined {
  try {
    const row = db.prepare<[number], Record<keyof OldUser, unknown>>(sql).get(id);
    if (row === undefined || typeof row.uid !== 'number') return undefined;
    if (typeof row.name !== 'string' || row.name === '') return undefined;
    return { uid: row.uid, name: row.name, latest: row.latest === 1 ? 1 : 0 };
  } catch {
    return undefined;
  }
}

function readText(db: Database.Database, sql: string, key: number): string | undefined {
  const value = readOne(db, sql, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readNumber(db: Database.Database, sql: string, key: string): number | undefined {
  const value = readOne(db, sql, key);
  return typeof value === 'number' ? value : undefined;
}

function readOne(db: Database.Database, sql: string, ...keys: (number | string)[]): unknown {
  try {
    return db
      .prepare<(number | string)[]>(sql)
      .pluck()
      .get(...keys);
  } catch {
    return undefined;
  }
}
