// Stand-ins for bindings to Durable Objects and workflows of the Worker's own: only workerd makes instances of its classes.
// Whoever calls them is told so.
import { ownObjects } from "../bindings.ts";
import type { WranglerConfig } from "../wrangler.ts";

/** By the names of the bindings. */
export function ownClasses(config: WranglerConfig): Record<string, object> {
  const { name, workflows = [] } = config;
  const own = workflows.filter(({ script_name = name }) => script_name === name);
  return Object.fromEntries([
    ...ownObjects(config).map((object) => [object.name, standIn(object.name, object.class_name)]),
    ...own.map(({ binding, class_name }) => [binding, standIn(binding, class_name)]),
  ]);
}

/** What is asked of every object, by whoever prints or awaits it. */
const ASKED_OF_ALL = ["then", "toJSON", "constructor"];

/** Has every method, and each throws. */
function standIn(name: string, className: string): object {
  return new Proxy(
    {},
    {
      get(_, member) {
        if (typeof member === "symbol" || ASKED_OF_ALL.includes(member)) return undefined;
        return () => {
          throw Object.assign(
            new Error(
              `env.${name}.${member}() needs an instance of the Worker's own ${className}, which only workerd makes. Run the Worker with \`enterspan dev\`, or give it another ${name} by --env-module.`,
            ),
            { code: "ERR_ONLY_ON_WORKERD" },
          );
        };
      },
    },
  );
}
