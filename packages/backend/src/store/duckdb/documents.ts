// The `documents` table. All of them fit into one vector of DuckDB's, whose texts a checkpoint holds in memory at once:
// callers keep them to some megabytes a collection.

import type { DuckDBConnection } from "@duckdb/node-api";
import type { Collection, Document, DocumentPage, Documents } from "../documents.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";

const SELECT = "SELECT id, created_unix_milli, updated_unix_milli, content FROM documents";

const BEYOND = (collection: string, id: string, keepBytes: string) => `
DELETE FROM documents WHERE collection = ${collection} AND id <> ${id} AND id IN (
  SELECT id FROM (
    SELECT id, sum(strlen(content)) OVER (ORDER BY created_unix_milli DESC, id DESC) AS bytes
    FROM documents WHERE collection = ${collection}
  ) WHERE bytes > ${keepBytes}
)`;

interface Row {
  id: string;
  created_unix_milli: bigint;
  updated_unix_milli: bigint;
  content: string;
}

/** Within a transaction of the caller's. */
export async function addDocument(
  connection: DuckDBConnection,
  collection: Collection,
  { id, createdUnixMilli, updatedUnixMilli, content }: Document,
  keepBytes: number,
): Promise<void> {
  const added = new Params();
  const values = [
    added.text(collection),
    added.text(id),
    added.bigint(createdUnixMilli),
    added.bigint(updatedUnixMilli),
    added.text(content),
  ];
  await connection.run(`INSERT INTO documents VALUES (${values.join(", ")})`, added.values, added.types);
  const params = new Params();
  const sql = BEYOND(params.text(collection), params.text(id), params.bigint(keepBytes));
  await connection.run(sql, params.values, params.types);
}

/** Within a transaction of the caller's. */
export async function changeDocument(
  connection: DuckDBConnection,
  collection: Collection,
  id: string,
  { content, updatedUnixMilli }: Parameters<Documents["changeDocument"]>[2],
): Promise<boolean> {
  const params = new Params();
  const set = `content = ${params.text(content)}, updated_unix_milli = ${params.bigint(updatedUnixMilli)}`;
  const where = `collection = ${params.text(collection)} AND id = ${params.text(id)}`;
  const done = await connection.run(
    `UPDATE documents SET ${set} WHERE ${where}`,
    params.values,
    params.types,
  );
  return done.rowsChanged > 0;
}

/** Within a transaction of the caller's. */
export async function deleteDocument(
  connection: DuckDBConnection,
  collection: Collection,
  id: string,
): Promise<boolean> {
  const params = new Params();
  const where = `collection = ${params.text(collection)} AND id = ${params.text(id)}`;
  const done = await connection.run(`DELETE FROM documents WHERE ${where}`, params.values, params.types);
  return done.rowsChanged > 0;
}

export async function getDocument(
  readers: Readers,
  collection: Collection,
  id: string,
): Promise<Document | undefined> {
  const params = new Params();
  const sql = `${SELECT} WHERE collection = ${params.text(collection)} AND id = ${params.text(id)}`;
  const [row] = await readers.all<Row>(sql, params);
  return row && documentOf(row);
}

export async function listDocuments(
  readers: Readers,
  collection: Collection,
  { orderBy, order, offset, limit }: Parameters<Documents["listDocuments"]>[1],
): Promise<DocumentPage> {
  const params = new Params();
  const where = `WHERE collection = ${params.text(collection)}`;
  const time = orderBy === "created" ? "created_unix_milli" : "updated_unix_milli";
  const direction = order === "asc" ? "ASC" : "DESC";
  const sql = `${SELECT} ${where} ORDER BY ${time} ${direction}, id LIMIT ${params.bigint(limit)} OFFSET ${params.bigint(offset)}`;
  const counted = new Params();
  const [rows, [count]] = await Promise.all([
    readers.all<Row>(sql, params),
    readers.all<{ total: bigint }>(
      `SELECT count(*) AS total FROM documents WHERE collection = ${counted.text(collection)}`,
      counted,
    ),
  ]);
  return { documents: rows.map(documentOf), total: Number(count?.total) };
}

const documentOf = (row: Row): Document => ({
  id: row.id,
  createdUnixMilli: Number(row.created_unix_milli),
  updatedUnixMilli: Number(row.updated_unix_milli),
  content: row.content,
});
