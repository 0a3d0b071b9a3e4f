import type Database from 'better-sqlite3';
import type { Account } from '../tracker/lifecycle.js';

/** Names beyond this many are looked up again rather than kept in memory. */
const MAX_REMEMBERED = 10_000;

/** How an account is written. */
export interface AccountIds {
  userId: number;
  programId: number;
  commandId: number;
}

/** Gives accounts their numbers, and keeps in the tables `user` and `name` what these stand for. */
export class Accounts {
  readonly #names: Names;
  readonly #users: Users;

  constructor(db: Database.Database) {
    this.#names = new Names(db);
    this.#users = new Users(db);
  }

  idsOf({ uid, user, program, command }: Account): AccountIds {
    return {
      userId: this.#users.idOf(uid, user),
      programId: this.#names.idOf(program),
      commandId: this.#names.idOf(command),
    };
  }

  /** Notes the name that a uid was seen with last; where nothing was recorded of it there is nothing to note. */
  noteLatest(uid: number, user: string): void {
    this.#users.noteLatest(uid, user);
  }

  /** After a transaction that was undone, numbers it gave out are void. */
  forget(): void {
    this.#names.forget();
    this.#users.forget();
  }
}

/** Gives programs and commands their number in the table `name`, and remembers it. */
class Names {
  readonly #ids = new Map<string, number>();
  readonly #find: Database.Statement<[string], number>;
  readonly #insert: Database.Statement<[string]>;

  constructor(db: Database.Database) {
    this.#find = db.prepare<[string], number>('SELECT name_id FROM name WHERE name = ?').pluck();
    this.#insert = db.prepare<[string]>('INSERT INTO name (name) VALUES (?)');
  }

  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#find.get(name) ?? Number(this.#insert.run(name).lastInsertRowid);
    if (this.#ids.size >= MAX_REMEMBERED) this.#ids.clear();
    this.#ids.set(name, id);
    return id;
  }

  forget(): void {
    this.#ids.clear();
  }
}

/** Gives each name of a uid its number in the table `user`, and remembers it. */
class Users {
  readonly #ids = new Map<string, number>();
  readonly #find: Database.Statement<[number, string], number>;
  readonly #insert: Database.Statement<[number, string]>;
  readonly #noteLatest: Database.Statement<[{ uid: number; name: string }]>;

  constructor(db: Database.Database) {
    this.#find = db
      .prepare<[number, string], number>('SELECT user_id FROM user WHERE uid = ? AND name = ?')
      .pluck();
    this.#insert = db.prepare<[number, string]>('INSERT INTO user (uid, name) VALUES (?, ?)');
    this.#noteLatest = db.prepare<[{ uid: number; name: string }]>(
      `UPDATE user SET latest = (name = @name) WHERE uid = @uid AND latest <> (name = @name)`,
    );
  }

  idOf(uid: number, name: string): number {
    const key = `${uid} ${name}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#find.get(uid, name) ?? Number(this.#insert.run(uid, name).lastInsertRowid);
    if (this.#ids.size >= MAX_REMEMBERED) this.#ids.clear();
    this.#ids.set(key, id);
    return id;
  }

  noteLatest(uid: number, name: string): void {
    this.#noteLatest.run({ uid, name });
  }

  forget(): void {
    this.#ids.clear();
  }
}
