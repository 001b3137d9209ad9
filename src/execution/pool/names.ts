import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Pools that come with the package, by name. */
const files = {
  toy: "pool.json",
  paper: "paper.yaml",
};

export const readyMadePools: readonly string[] = Object.keys(files);

/** A pool's file, and where the files of models lie that have only a source. */
export interface PoolPlace {
  readonly file: string;
  readonly directory: string;
}

/**
 * Models with only a source lie in the directory that POINTSMAN_MODELS names; else beside the pool file or, for a
 * ready-made pool, whose package an update replaces, in ~/.cache/pointsman/models.
 * @param nameOrFile name of a ready-made pool, or a path; "./toy" is a path.
 */
export function placeOf(nameOrFile: string): PoolPlace {
  const directory = process.env.POINTSMAN_MODELS;
  if (Object.hasOwn(files, nameOrFile)) {
    const file = new URL(
      `../../../models/${files[nameOrFile as keyof typeof files]}`,
      import.meta.url,
    );
    return { file: fileURLToPath(file), directory: resolve(directory ?? cache()) };
  }
  return { file: nameOrFile, directory: resolve(directory ?? dirname(nameOrFile)) };
}

function cache(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pointsman", "models");
}
