import type Database from 'better-sqlite3';
import type { Account } from '../lifecycle/lifecycle.js';

/** Names beyond this many are looked up again rather than kept in memory. */
const MAX_REMEMBERED = 10_000;

/** How an account is written. */
export interface AccountIds {
  uid: number;
  programId: number;
  commandId: number;
}

/** Gives accounts their numbers, and keeps the tables `user` and `name` at what these stand for. */
export class Accounts {
  readonly #names: Names;
  readonly #users: Users;

  constructor(db: Database.Database) {
    this.#names = new Names(db);
    this.#users = new Users(db);
  }

  idsOf({ uid, user, program, command }: Account): AccountIds {
    this.#users.see(uid, user);
    return { uid, programId: this.#names.idOf(program), commandId: this.#names.idOf(command) };
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

/** Keeps the table `user` at the names last seen. */
class Users {
  readonly #names = new Map<number, string>();
  readonly #upsert: Database.Statement<[number, string]>;

  constructor(db: Database.Database) {
    this.#upsert = db.prepare<[number, string]>(
      'INSERT INTO user (uid, name) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name',
    );
  }

  see(uid: number, name: string): void {
    if (this.#names.get(uid) === name) return;
    this.#upsert.run(uid, name);
    if (this.#names.size >= MAX_REMEMBERED) this.#names.clear();
    this.#names.set(uid, name);
  }

  forget(): void {
    this.#names.clear();
  }
}
