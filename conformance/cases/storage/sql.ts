// SQL: queries that are read to their end, however that is done.
import { DurableObject } from "cloudflare:workers";
import { callEach } from "./calls/each.ts";

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    const { sql } = this.ctx.storage;
    const counts = ({ rowsRead, rowsWritten }: SqlStorageCursor<never>) => [rowsRead, rowsWritten];
    const calls = {
      create: () => sql.exec("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)").toArray(),
      createUnread: () => counts(sql.exec("CREATE TABLE more (id INTEGER PRIMARY KEY)")),
      insert: () => counts(sql.exec("INSERT INTO users VALUES (?, ?), (?, ?)", 1, "Ann", 2, "Bob")),
      returning: () => [...sql.exec("INSERT INTO users VALUES (?, ?) RETURNING id", 3, null)],
      toArray: () => sql.exec("SELECT * FROM users").toArray(),
      iterate: () => [...sql.exec("SELECT * FROM users WHERE id > ?", 1)],
      raw: () => [...sql.exec("SELECT * FROM users").raw()],
      one: () => sql.exec("SELECT count(*) AS n FROM users").one(),
      onlyRow: () => sql.exec("SELECT id FROM users WHERE id = 1").next(),
      firstOfOne: () => {
        const [row] = sql.exec("SELECT id FROM users LIMIT 1");
        return row;
      },
      rowByRow: () => {
        const cursor = sql.exec("SELECT id FROM users ORDER BY id");
        return [cursor.next(), cursor.next(), cursor.next(), counts(cursor as never)];
      },
      noRows: () => sql.exec("SELECT * FROM users WHERE id = 9").toArray(),
      noRowsUnread: () => sql.exec("SELECT * FROM users WHERE id = 10").columnNames,
      several: () => sql.exec("INSERT INTO more VALUES (1); SELECT * FROM more WHERE id = ?", 1).toArray(),
      twice: () => {
        const [one, two] = [sql.exec("SELECT id FROM users"), sql.exec("SELECT id FROM users")];
        return [two.toArray(), one.toArray()];
      },
      update: () => sql.exec("UPDATE users SET name = ? WHERE id = 1", "Eve").rowsWritten,
      blob: () => sql.exec("SELECT length(?) AS length", new Uint8Array(3).buffer).toArray(),
      objectBound: () => sql.exec("SELECT ? AS value", {}).toArray(),
      databaseSize: () => sql.databaseSize > 0,
      kinds: () => {
        const cursor = sql.exec("SELECT 1");
        const rows = cursor.raw();
        return [
          cursor instanceof sql.Cursor,
          cursor.constructor === sql.Cursor,
          Object.keys(cursor),
          Object.keys(Object.getPrototypeOf(cursor)),
          Object.keys(Object.getPrototypeOf(sql)),
          rows[Symbol.iterator]() === rows,
          [...rows],
        ];
      },
    };
    return Response.json(await callEach(calls));
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;
