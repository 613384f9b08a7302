// Keeps the labels of lines from lying over each other where lines cross.

export interface Label {
  /** Of its middle, in px. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The same labels, in the same order, moved down as far as those above them ask for; sideways none moves. */
export function apart<Item extends Label>(labels: readonly Item[]): Item[] {
  const placed: Item[] = [];
  const moved = new Map<Item, Item>();
  for (const label of labels.toSorted((a, b) => a.y - b.y)) {
    let { y } = label;
    for (const other of placed.toSorted((a, b) => a.y - b.y)) {
      const isBeside = Math.abs(other.x - label.x) >= (other.width + label.width) / 2;
      const room = (other.height + label.height) / 2;
      if (!isBeside && Math.abs(y - other.y) < room) y = other.y + room;
    }
    const there = { ...label, y };
    placed.push(there);
    moved.set(label, there);
  }
  return labels.map((label) => moved.get(label) as Item);
}
