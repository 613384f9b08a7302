import { describe, expect, it } from "vitest";
import { webAddress } from "./web-address.ts";

describe("webAddress", () => {
  it.each(["https://shop.example/orders/42?x=1", "HTTP://localhost:8787/"])("links %s", (text) => {
    expect(webAddress(text)).toMatch(/^https?:/);
  });

  it.each([
    "javascript:alert(1)",
    " https://leading.example",
    "https://a.example and more",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//other.example",
    "https://",
    "ftp://files.example",
  ])("does not link %j", (text) => {
    expect(webAddress(text)).toBeUndefined();
  });
});
