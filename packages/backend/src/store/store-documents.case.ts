// Documents: kept, listed, the oldest given up for room. Part of store.case.ts.

import { describe, expect, test } from "vitest";
import type { Document } from "./documents.ts";
import type { OpenedStore } from "./store-cases.fixture.ts";

export function documentCases(opened: OpenedStore): void {
  describe("keeps documents", () => {
    const document = (id: string, created: number, content = `"${id}"`): Document => ({
      id,
      createdUnixMilli: created,
      updatedUnixMilli: 100 - created,
      content,
    });
    const ids = async (page: Partial<Parameters<OpenedStore["store"]["listDocuments"]>[1]> = {}) => {
      const all = { orderBy: "created", order: "asc", offset: 0, limit: 100, ...page } as const;
      const { documents, total } = await opened.store.listDocuments("queries", all);
      return [documents.map(({ id }) => id).join(" "), total];
    };

    test("by collection and id, across a restart", async () => {
      await opened.store.addDocument("queries", document("a", 1, "it's\u0001 ünï"), 1000);
      await opened.store.addDocument("shared_queries", document("a", 2), 1000);
      await opened.reopen();
      expect(await opened.store.getDocument("queries", "a")).toEqual(document("a", 1, "it's\u0001 ünï"));
      expect((await opened.store.getDocument("shared_queries", "a"))?.createdUnixMilli).toBe(2);
      expect(await opened.store.getDocument("queries", "b")).toBeUndefined();
    });

    test("in order, page by page", async () => {
      for (const [id, created] of [
        ["b", 2],
        ["a", 1],
        ["d", 3],
        ["c", 3],
      ] as const) {
        await opened.store.addDocument("queries", document(id, created), 1000);
      }
      expect(await ids()).toEqual(["a b c d", 4]);
      expect(await ids({ order: "desc" })).toEqual(["c d b a", 4]);
      expect(await ids({ orderBy: "updated" })).toEqual(["c d b a", 4]);
      expect(await ids({ offset: 1, limit: 2 })).toEqual(["b c", 4]);
      expect(await ids({ offset: 9 })).toEqual(["", 4]);
    });

    test("changed and deleted by their id, for good", async () => {
      await opened.store.addDocument("queries", document("a", 1), 1000);
      await opened.store.addDocument("queries", document("b", 2), 1000);
      await opened.store.addDocument("shared_queries", document("a", 1), 1000);
      const change = { content: "changed", updatedUnixMilli: 9 };
      expect(await opened.store.changeDocument("queries", "a", change)).toBe(true);
      expect(await opened.store.deleteDocument("queries", "b")).toBe(true);
      await opened.reopen();
      expect(await opened.store.getDocument("queries", "a")).toEqual({ ...document("a", 1), ...change });
      expect(await opened.store.getDocument("shared_queries", "a")).toEqual(document("a", 1));
      expect(await ids()).toEqual(["a", 1]);
      expect(await opened.store.changeDocument("queries", "b", change)).toBe(false);
      expect(await opened.store.deleteDocument("queries", "b")).toBe(false);
    });

    test("the oldest go when there is more than may be kept", async () => {
      await opened.store.addDocument("shared_queries", document("other", 0, "x".repeat(90)), 100);
      for (const [id, created] of [
        ["a", 1],
        ["b", 2],
        ["c", 3],
      ] as const) {
        await opened.store.addDocument("queries", document(id, created, "ü".repeat(20)), 100);
      }
      expect(await ids()).toEqual(["b c", 2]);
      await opened.store.addDocument("queries", document("large", 0, "x".repeat(500)), 100);
      expect(await ids()).toEqual(["large b c", 3]);
      expect(await opened.store.getDocument("shared_queries", "other")).toBeDefined();
    });
  });
}
