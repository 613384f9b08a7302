// Which service a resource is of.

import type { KeyValue, Resource } from "@enterspan/otlp";

/** The `service.name` of a resource, "" where it has none. */
export const serviceOf = ({ attributes }: Resource): string => textOf(attributes, "service.name") ?? "";

/** The first attribute of this key, where it is a text. */
export function textOf(attributes: readonly KeyValue[], key: string): string | undefined {
  const value = attributes.find((one) => one.key === key)?.value;
  return value && "stringValue" in value ? (value as { stringValue: string }).stringValue : undefined;
}
