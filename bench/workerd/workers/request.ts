// What every contender answers: `/?spans=500&async=1` makes so many spans, one after the other, and says how many
// milliseconds the loop took. The loop itself is each contender's own, so that it reads as its users would write it.

export interface Loop {
  sync(count: number): void;
  async(count: number): Promise<void>;
}

export function handlerOf(loop: Loop): { fetch(request: Request): Promise<Response> } {
  return {
    async fetch(request) {
      const { searchParams } = new URL(request.url);
      const count = Number(searchParams.get("spans"));
      // Locally, unlike in production, the clock runs while the Worker computes, in whole milliseconds.
      const start = Date.now();
      if (searchParams.get("async") === "1") await loop.async(count);
      else loop.sync(count);
      return new Response(String(Date.now() - start));
    },
  };
}
