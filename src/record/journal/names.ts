import type Database from 'better-sqlite3';
import { BoundedCache } from '../../shared/bounded-cache.js';
import type { UserNames } from '../ps/users.js';
import type { Account } from '../tracker/lifecycle.js';
import { MAX_REMEMBERED_USERS } from '../tracker/user-names.js';

/** How other tables refer to an account. */
export interface AccountIds {
  userId: number;
  programId: number;
  commandId: number;
}

/** The tables `user` and `name`: users by uid and name, and names of programs and commands. */
export class NameTables {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #nameIds: BoundedCache<string, number>;
  readonly #userIds: BoundedCache<string, number>;

  constructor(db: Database.Database) {
    const statements = prepare(db);
    this.#statements = statements;
    this.#nameIds = new BoundedCache((name) => {
      return statements.findName.get(name) ?? rowId(statements.insertName.run(name));
    });
    this.#userIds = new BoundedCache((key) => {
      const [uid, name] = parseUserKey(key);
      return statements.findUser.get(uid, name) ?? rowId(statements.insertUser.run(uid, name));
    });
  }

  /** The numbers of an account; new ones for names that are new. */
  writeAccount({ uid, user, program, command }: Account): AccountIds {
    return {
      userId: this.#userIds.get(userKey(uid, user)),
      programId: this.#nameIds.get(program),
      commandId: this.#nameIds.get(command),
    };
  }

  loadAccount({ userId, programId, commandId }: AccountIds): Account | undefined {
    const user = this.#statements.loadUser.get(userId);
    const program = this.#statements.loadName.get(programId);
    const command = this.#statements.loadName.get(commandId);
    if (user === undefined || program === undefined || command === undefined) return undefined;
    return { uid: user.uid, user: user.name, program, command };
  }

  /** Writes the name that a uid was seen with last, if anything was recorded of it. */
  writeLatest(uid: number, user: string): void {
    this.#statements.setLatest.run({ uid, name: user });
  }

  /** The name that each uid was seen with last; with too many users those that came last. */
  loadLatest(): UserNames {
    return new Map(this.#statements.loadLatest.all());
  }

  /** To be called when the transaction was undone: numbers that it assigned are void. */
  forget(): void {
    this.#nameIds.clear();
    this.#userIds.clear();
  }
}

function userKey(uid: number, name: string): string {
  return `${uid} ${name}`;
}

function parseUserKey(key: string): [uid: number, name: string] {
  const at = key.indexOf(' ');
  return [Number(key.slice(0, at)), key.slice(at + 1)];
}

function rowId({ lastInsertRowid }: Database.RunResult): number {
  return Number(lastInsertRowid);
}

function prepare(db: Database.Database) {
  return {
    findName: db.prepare<[string], number>('SELECT name_id FROM name WHERE name = ?').pluck(),
    insertName: db.prepare<[string]>('INSERT INTO name (name) VALUES (?)'),
    loadName: db.prepare<[number], string>('SELECT name FROM name WHERE name_id = ?').pluck(),
    findUser: db
      .prepare<[number, string], number>('SELECT user_id FROM user WHERE uid = ? AND name = ?')
      .pluck(),
    insertUser: db.prepare<[number, string]>('INSERT INTO user (uid, name) VALUES (?, ?)'),
    loadUser: db.prepare<[number], { uid: number; name: string }>(
      'SELECT uid, name FROM user WHERE user_id = ?',
    ),
    setLatest: db.prepare<[{ uid: number; name: string }]>(
      `UPDATE user SET latest = (name = @name) WHERE uid = @uid AND latest <> (name = @name)`,
    ),
    loadLatest: db
      .prepare<[], [uid: number, name: string]>(
        `SELECT uid, name FROM (
           SELECT user_id, uid, name FROM user WHERE latest = 1
           ORDER BY user_id DESC LIMIT ${MAX_REMEMBERED_USERS}
         ) ORDER BY user_id`,
      )
      .raw(),
  };
}
