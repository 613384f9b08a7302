import { parseSearch, searchConditions } from "@enterspan/backend/search";
import { describe, expect, it } from "vitest";
import { searchOfLikes } from "./likes.ts";
import { madeUpSpan } from "./made-up.fixture.ts";

describe("searchOfLikes", () => {
  it("asks for the same service, name and route", () => {
    const attributes = [{ key: "http.route", value: { type: "string", value: "/orders/:id" } as const }];
    expect(searchOfLikes(madeUpSpan({ service: "shop", name: "GET", attributes }))).toBe(
      'service:shop name:GET http.route:"/orders/:id"',
    );
    expect(searchOfLikes(madeUpSpan({ service: "shop", name: "queue emails" }))).toBe(
      'service:shop name:"queue emails"',
    );
  });

  it("finds the same path with other ids", () => {
    const search = searchOfLikes(madeUpSpan({ service: "shop", name: "GET /orders/42/lines/a7f?page=2" }));
    expect(search).toBe("service:shop name:GET\\ /orders/*/lines/*?page=2");
    const asked = JSON.stringify(searchConditions(search));
    expect(asked).toContain("GET /orders/");
  });

  it("is a search, whatever the names hold", () => {
    const odd = madeUpSpan({ service: 'a" or (b*', name: "-not :(,)\\ \n" });
    expect(() => parseSearch(searchOfLikes(odd))).not.toThrow();
    expect(searchOfLikes(odd)).not.toBe("");
  });
});
