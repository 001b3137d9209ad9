import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StorageError, storageError } from "../../errors.js";

const pattern = /^lock-(\d+)-(\d+)-[0-9a-f-]{36}$/;

/**
 * Keeps a directory for one user. Each comer first writes a file of its own whose name says who it is, and then looks
 * for files of others: one of a living process means that the directory is taken; one of a dead process is removed.
 * Names are never used twice, so that removing a dead one cannot hit a living one, and there is no moment in which two
 * hold the lock (two that come at the same instant may both be refused).
 *
 * Living means the same process number and, on Linux, the same time of start, because numbers are given out again.
 */
export class DirectoryLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** @throws StorageError where another user, in this or another process, has the directory, or it cannot be written. */
  static acquire(directory: string): DirectoryLock {
    const own = `lock-${process.pid}-${startOf(process.pid) ?? 0}-${randomUUID()}`;
    const file = join(directory, own);
    try {
      writeFileSync(file, "", { flag: "wx" });
    } catch (error) {
      throw storageError("write", file, error);
    }
    try {
      for (const name of readdirSync(directory)) {
        const [, pid, start] = name.match(pattern) ?? [];
        if (name === own || pid === undefined) continue;
        if (isAlive(Number(pid), start!)) {
          const who = Number(pid) === process.pid ? "this process" : `process ${pid}`;
          throw new StorageError(
            `Run directory "${directory}" is in use by ${who}. Wait for it, or choose another directory.`,
          );
        }
        rmSync(join(directory, name), { force: true });
      }
    } catch (error) {
      rmSync(file, { force: true });
      throw error instanceof StorageError ? error : storageError("read", directory, error);
    }
    return new DirectoryLock(file);
  }

  /** The number of the process that has the directory, undefined where none has. @throws StorageError */
  static holder(directory: string): number | undefined {
    try {
      for (const name of readdirSync(directory)) {
        const [, pid, start] = name.match(pattern) ?? [];
        if (pid !== undefined && isAlive(Number(pid), start!)) return Number(pid);
      }
      return undefined;
    } catch (error) {
      throw storageError("read", directory, error);
    }
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }
}

function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = startOf(pid);
  return now === undefined || start === "0" || now === start;
}

/** Time of start in clock ticks since boot, or undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the name, may hold spaces and parentheses; start is field 22.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
