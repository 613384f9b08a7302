// Which service a resource is of.

import type { Resource } from "@enterspan/otlp";

/** The `service.name` of a resource, "" where it has none. */
export function serviceOf(resource: Resource): string {
  const value = resource.attributes.find(({ key }) => key === "service.name")?.value;
  return value && "stringValue" in value ? value.stringValue : "";
}
