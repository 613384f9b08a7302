// What a store keeps besides telemetry: small texts by id, such as saved queries. They are durable like spans are, and no
// retention touches them.

export type Collection = "queries" | "shared_queries";

export interface Document {
  /** Unique in its collection. */
  id: string;
  createdUnixMilli: number;
  updatedUnixMilli: number;
  content: string;
}

export interface DocumentPage {
  documents: Document[];
  /** In the whole collection. */
  total: number;
}

export interface Documents {
  /**
   * Resolves when the document is durable. Where contents then have more than `keepBytes` of UTF-8 in all, the oldest of
   * the collection are deleted; never the one that was added.
   *
   * @throws StoreUnavailableError when it was not stored.
   */
  addDocument(collection: Collection, document: Document, keepBytes: number): Promise<void>;
  /**
   * Gives the document of this id another content and time of update; false where there is none.
   *
   * @throws StoreUnavailableError when it was not stored.
   */
  changeDocument(
    collection: Collection,
    id: string,
    change: Pick<Document, "content" | "updatedUnixMilli">,
  ): Promise<boolean>;
  /** False where there is none. @throws StoreUnavailableError when it was not deleted. */
  deleteDocument(collection: Collection, id: string): Promise<boolean>;
  getDocument(collection: Collection, id: string): Promise<Document | undefined>;
  /** In order of time, then by id. */
  listDocuments(
    collection: Collection,
    page: { orderBy: "created" | "updated"; order: "asc" | "desc"; offset: number; limit: number },
  ): Promise<DocumentPage>;
}
