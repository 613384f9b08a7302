// A name to show: senders may leave it empty or blank, and a row, a link or a title must not be.

export const shownName = (name: string): string => (name.trim() === "" ? "(no name)" : name);

/**
 * What to call a span. A handled HTTP request is named by its method alone, as OpenTelemetry wants it of names that are
 * counted; a reader wants to know what was asked for.
 */
export const titleOf = (name: string, method: string | undefined, path: string | undefined): string =>
  path !== undefined && name === method ? `${name} ${path}` : shownName(name);
