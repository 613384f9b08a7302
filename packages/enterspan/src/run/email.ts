// A message for an `email` handler, and what the handler did with it. Nothing is sent: who asked is told.

/** What an email service would do next. */
export interface EmailVerdict {
  outcome: "ok" | "exception";
  /** Why the message was refused, if it was. */
  rejected?: string;
  forwarded: { to: string; headers: Record<string, string> }[];
  replies: { from: string; to: string }[];
}

/**
 * Calls `handle` with the message that `raw` is, headers, an empty line and the text, as mail servers pass it on.
 * @throws TypeError for a header that is none, before anything is called.
 */
export async function receive(
  { from, to }: { from: string; to: string },
  raw: Uint8Array<ArrayBuffer>,
  handle: (message: object) => Promise<unknown>,
  onError: (error: unknown) => void,
): Promise<EmailVerdict> {
  const verdict: EmailVerdict = { outcome: "ok", forwarded: [], replies: [] };
  const sent = () => ({ messageId: `<${crypto.randomUUID()}@localhost>` });
  const message = {
    from,
    to,
    headers: headersOf(raw),
    raw: new Blob([raw]).stream(),
    rawSize: raw.byteLength,
    canBeForwarded: true,
    setReject(reason: string): void {
      verdict.rejected = String(reason);
    },
    async forward(recipient: string, headers = new Headers()) {
      verdict.forwarded.push({ to: recipient, headers: Object.fromEntries(headers) });
      return sent();
    },
    async reply(reply: { from?: unknown; to?: unknown }) {
      verdict.replies.push({ from: String(reply.from ?? to), to: String(reply.to ?? from) });
      return sent();
    },
  };
  try {
    await handle(message);
  } catch (error) {
    verdict.outcome = "exception";
    onError(error);
  }
  return verdict;
}

function headersOf(raw: Uint8Array): Headers {
  const headers = new Headers();
  const head = new TextDecoder().decode(raw).split(/\r?\n\r?\n/, 1)[0] ?? "";
  // A line that begins with white space goes on with the one before.
  for (const line of head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new TypeError(`"${line}" is no header of an email.`);
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}
