import type Database from 'better-sqlite3';

/** Boots, users and names of the damaged journal, by their numbers in the journal. */
export class CopiedNames {
  readonly #names = new Map<number, number | undefined>();
  readonly #boots = new Map<number, number | undefined>();
  readonly #users = new Set<number>();

  constructor(
    private readonly from: Database.Database,
    private readonly to: Database.Database,
  ) {}

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

  /** Makes sure that the journal knows the user: by the name it has there, the old one's, or the uid. */
  knowUser(uid: number): void {
    if (this.#users.has(uid)) return;
    const name = readText(this.from, 'SELECT name FROM user WHERE uid = ?', uid) ?? String(uid);
    this.to
      .prepare('INSERT INTO user (uid, name) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(uid, name);
    this.#users.add(uid);
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

function readText(db: Database.Database, sql: string, key: number): string | undefined {
  const value = readOne(db, sql, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readNumber(db: Database.Database, sql: string, key: string): number | undefined {
  const value = readOne(db, sql, key);
  return typeof value === 'number' ? value : undefined;
}

function readOne(db: Database.Database, sql: string, key: number | string): unknown {
  try {
    return db.prepare<[number | string]>(sql).pluck().get(key);
  } catch {
    return undefined;
  }
}
