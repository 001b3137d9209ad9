import { mkdir, rename, stat, statfs } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { AbortedError, ModelFileError, StorageError, storageError } from "../../errors.js";
import { library, wording } from "../llama/library.js";
import { hashModelFile } from "./model-file.js";
import type { LocalModel } from "./pool.js";

export interface PullOptions {
  readonly signal?: AbortSignal;
  /** Bytes at hand and in all, and bytes a second. */
  readonly onProgress?: (done: number, total: number, speed: number) => void;
}

export interface Pulled {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** False where the file was there and is the right one. */
  readonly fetched: boolean;
}

/**
 * Fetches the file of a model from its source, unless it is there. It is fetched under another name, which a call
 * that is interrupted leaves behind and the next one goes on with, and gets its own name once it is whole and is the
 * file that the pool names.
 * @throws ModelFileError where the source gives none or another one, StorageError, AbortedError, EngineUnavailableError
 */
export async function pullModel(model: LocalModel, options: PullOptions = {}): Promise<Pulled> {
  const { name, file, source, sha256 } = model;
  if (await exists(file)) return { ...(await measured(file, sha256)), fetched: false };
  if (source === undefined) {
    throw new ModelFileError(
      `Cannot fetch model "${name}": the pool file names no source. Add one, or put the file at "${file}".`,
    );
  }
  const part = `${file}.part`;
  if (!(await exists(part))) await download(model, source, part, options);
  try {
    const found = await measured(part, sha256);
    await rename(part, file);
    return { ...found, file, fetched: true };
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw storageError("write", file, error);
    const aside = `${file}.rejected`;
    await rename(part, aside);
    throw new ModelFileError(
      `What "${source}" gave is not the file of model "${name}"; it is kept as "${aside}". ${error.message}`,
      { cause: error },
    );
  }
}

async function measured(file: string, expected: string | undefined) {
  const sha256 = await hashModelFile(file, expected);
  const { size } = await stat(file);
  return { file, bytes: size, sha256 };
}

async function download(
  { name }: LocalModel,
  source: string,
  part: string,
  { signal, onProgress }: PullOptions,
): Promise<void> {
  const { createModelDownloader } = await library();
  const stopped = () => new AbortedError(`Fetching model "${name}"`);
  try {
    await mkdir(dirname(part), { recursive: true });
    await checkConnection(source, signal);
    const downloader = await createModelDownloader({
      modelUri: source,
      dirPath: dirname(part),
      fileName: basename(part),
      // What came so far is the begin of the next call's work.
      deleteTempFileOnCancel: false,
      onProgress: ({ downloadedSize, totalSize, averageSpeed }) =>
        onProgress?.(downloadedSize, totalSize, averageSpeed),
    });
    if (downloader.totalFiles > 1) {
      throw new ModelFileError(
        `Model "${name}" comes in ${downloader.totalFiles} files. Fetch them by hand, join them with llama.cpp's llama-gguf-split --merge, and name the result as its file.`,
      );
    }
    await checkSpace(part, downloader.totalSize - downloader.downloadedSize);
    await downloader.download(signal === undefined ? {} : { signal });
    // An aborted download returns as if it were done.
    if (signal?.aborted) throw stopped();
  } catch (error) {
    if (signal?.aborted) throw stopped();
    if (error instanceof ModelFileError || error instanceof StorageError) throw error;
    if ((error as NodeJS.ErrnoException).syscall !== undefined && isFileError(error)) {
      throw storageError("write", part, error);
    }
    const reason = `Cannot fetch model "${name}" from "${source}": ${wording(error)}`;
    throw new ModelFileError(
      `${reason}. Run the same command again: it goes on where it stopped.`,
      {
        cause: error,
      },
    );
  }
}

const mostWaitMs = 30_000;

/** Any answer will do. The downloader itself tries for minutes, which is right for a line that drops in the night. */
async function checkConnection(source: string, signal: AbortSignal | undefined): Promise<void> {
  const hub = process.env.HF_ENDPOINT ?? "https://huggingface.co";
  const { origin } = new URL(source.startsWith("hf:") ? hub : source);
  const waited = AbortSignal.timeout(mostWaitMs);
  try {
    await fetch(origin, {
      method: "HEAD",
      redirect: "manual",
      signal: signal === undefined ? waited : AbortSignal.any([signal, waited]),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const { code } = ((cause as Error).cause ?? {}) as { code?: string };
    throw new Error(`there is no connection to ${origin} (${code ?? wording(cause)})`, { cause });
  }
}

/** Before hours of work. A file system that does not tell is trusted. */
async function checkSpace(part: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(part));
  const free = bavail * bsize;
  if (needed <= free) return;
  throw new StorageError(
    `Cannot write "${part}": it needs ${needed} bytes and the disk has ${free} free. Free some space, or name another directory in POINTSMAN_MODELS.`,
  );
}

function isFileError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EISDIR"].includes(code ?? "");
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
