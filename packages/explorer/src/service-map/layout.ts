// Where services and their calls lie on the map: columns by how many calls a request has come through, rows so that
// lines cross little. Pure and the same for the same calls, in whatever order they come; linear but for sorting.

export interface Call {
  /** "" for what comes from outside. */
  readonly caller: string;
  readonly callee: string;
}

export interface Place {
  /** "" for what lies outside. */
  readonly service: string;
  readonly column: number;
  /** From the top; columns are centred, so halves occur. */
  readonly row: number;
}

export interface Layout {
  readonly places: ReadonlyMap<string, Place>;
  readonly columns: number;
  readonly rows: number;
}

const SWEEPS = 4;

export function layoutMap(calls: readonly Call[]): Layout {
  const ordered = calls.toSorted(
    (a, b) => compareText(a.caller, b.caller) || compareText(a.callee, b.callee),
  );
  const columnOf = columnsOf(ordered);
  const columns: string[][] = [];
  for (const [service, column] of columnOf) {
    columns[column] ??= [];
    columns[column].push(service);
  }
  const near = neighbours(ordered);
  for (let sweep = 0; sweep < SWEEPS; sweep++) untangle(columns, near);
  const rows = columns.reduce((most, column) => Math.max(most, column.length), 0);
  const places = new Map<string, Place>();
  columns.forEach((services, column) => {
    const top = (rows - services.length) / 2;
    services.forEach((service, index) => {
      places.set(service, { service, column, row: top + index });
    });
  });
  return { places, columns: columns.length, rows };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** How many calls each service is away from where requests come in; those in circles of their own begin one. */
function columnsOf(calls: readonly Call[]): Map<string, number> {
  const callees = Map.groupBy(calls, ({ caller }) => caller);
  const called = new Set(calls.map(({ callee }) => callee));
  const services = [...new Set(calls.flatMap(({ caller, callee }) => [caller, callee]))].sort(compareText);
  const columnOf = new Map<string, number>();
  const reachFrom = (starts: readonly string[]): void => {
    const queue = starts.filter((service) => !columnOf.has(service));
    for (const service of queue) columnOf.set(service, 0);
    for (const service of queue) {
      for (const { callee } of callees.get(service) ?? []) {
        if (columnOf.has(callee)) continue;
        columnOf.set(callee, (columnOf.get(service) as number) + 1);
        queue.push(callee);
      }
    }
  };
  reachFrom(services.filter((service) => !called.has(service)));
  for (const service of services) reachFrom([service]);
  return columnOf;
}

function neighbours(calls: readonly Call[]): ReadonlyMap<string, ReadonlySet<string>> {
  const near = new Map<string, Set<string>>();
  const add = (from: string, to: string): void => {
    const known = near.get(from);
    if (known === undefined) near.set(from, new Set([to]));
    else known.add(to);
  };
  for (const { caller, callee } of calls) {
    add(caller, callee);
    add(callee, caller);
  }
  return near;
}

/** Orders each column by the mean place of what its services are tied to in others. */
function untangle(columns: string[][], near: ReadonlyMap<string, ReadonlySet<string>>): void {
  const placeOf = new Map<string, number>();
  const note = (column: readonly string[]): void =>
    column.forEach((service, index) => {
      placeOf.set(service, (index + 0.5) / column.length);
    });
  columns.forEach(note);
  for (const column of columns) {
    const inColumn = new Set(column);
    const wanted = new Map(
      column.map((service) => {
        const others = [...(near.get(service) ?? [])].filter((other) => !inColumn.has(other));
        const sum = others.reduce((all, other) => all + (placeOf.get(other) as number), 0);
        return [service, others.length === 0 ? (placeOf.get(service) as number) : sum / others.length];
      }),
    );
    column.sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number) || compareText(a, b));
    note(column);
  }
}
