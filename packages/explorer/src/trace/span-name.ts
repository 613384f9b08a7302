// A name to show: senders may leave it empty, and a row, a link or a title must not be.

export const shownName = (name: string): string => (name === "" ? "(no name)" : name);
