// Which recorded texts may become links: http and https alone, since a `javascript:` address would run as this page.

/** The address to link to; undefined where the text is not one as a whole. */
export function webAddress(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || /\s/.test(text)) return undefined;
  try {
    const { protocol, href } = new URL(text);
    return protocol === "http:" || protocol === "https:" ? href : undefined;
  } catch {
    return undefined;
  }
}
