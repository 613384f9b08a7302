// Where the modules that only workerd has are found elsewhere: the table that every runtime's hook resolves by.

/** The stand-in's file in workers/, by the module's name. */
const STAND_INS: Record<string, string> = {
  "cloudflare:workers": "index",
  "cloudflare:durable-objects": "durable-objects",
  "cloudflare:email": "email",
  "cloudflare:node": "node",
  "cloudflare:pipelines": "pipelines",
  "cloudflare:sockets": "sockets",
  "cloudflare:workflows": "workflows",
};

export const isCloudflareModule = (specifier: string): boolean => specifier.startsWith("cloudflare:");

/** The URL of the stand-in for `specifier`. @throws Error with code `ERR_ONLY_ON_WORKERD` where there is none. */
export function standInFor(specifier: string): string {
  const name = STAND_INS[specifier];
  // Beside this file, with its ending: in the thread of older Nodes' hooks there is no `import.meta.resolve`.
  if (name !== undefined)
    return new URL(`../workers/${name}${import.meta.url.slice(-3)}`, import.meta.url).href;
  throw Object.assign(
    new Error(
      `The module "${specifier}" is part of workerd, and @enterspan/tracing has no stand-in for it on this runtime. ` +
        `There is one for each of ${Object.keys(STAND_INS).join(", ")}. Run the Worker with \`enterspan dev\` to have all.`,
    ),
    { code: "ERR_ONLY_ON_WORKERD" },
  );
}
