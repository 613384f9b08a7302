// What processor time a process has used: utime and stime of /proc, all threads together.
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";

/** Linux reports in hundredths of a second, whatever its clock's own rate. */
const MS_PER_TICK = 10;

export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid) * MS_PER_TICK, 0);
}

function ticksOf(pid: number): number {
  const fields = fieldsOf(pid);
  return Number(fields[11]) + Number(fields[12]);
}

/** Processes that this one has started. */
export async function children(): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => {
    try {
      return Number(fieldsOf(pid)[1]) === process.pid;
    } catch {
      // It has ended.
      return false;
    }
  });
}

/** The fields of /proc/<pid>/stat after the name, which may hold anything: the state is 0, the parent 1. */
function fieldsOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
