import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, extname, isAbsolute, relative, resolve } from "node:path";
import { InvalidArgumentError } from "../../errors.js";
import { writeFileAtomic } from "../../files.js";
import { type PoolText, parsePool, readPoolFile } from "./file.js";
import { hashModelFile } from "./model-file.js";
import { readyMadePools } from "./names.js";
import { checkFields } from "./pool.js";

/** Fields of a model as in a pool file, with `file` relative to the working directory. */
export type NewModel = { readonly name: string; readonly file?: string } & Readonly<
  Record<string, unknown>
>;

/**
 * Adds a model to a pool file and keeps its comments; makes the file where there is none. A model file that is there
 * is checked and gets its `sha256` and `bytes`. Nothing is written unless the whole pool is valid.
 * @returns the model's fields as written.
 * @throws InvalidArgumentError, InputFileError naming every wrong field, ModelFileError, StorageError
 */
export async function addModel(poolFile: string, model: NewModel): Promise<NewModel> {
  if (readyMadePools.includes(poolFile)) {
    const mend = `The pool "${poolFile}" comes with the package; copy its file and add to the copy.`;
    throw InvalidArgumentError.of("the pool", "a file of your own", poolFile, mend);
  }
  const fields = await withFileFacts(poolFile, model);
  const pool = existsSync(poolFile) ? await existingPool(poolFile) : await newPool(poolFile);
  const value = { ...pool.value, models: [...(pool.value.models ?? []), fields] };
  checkFields(value, poolFile);
  await writeFileAtomic(poolFile, toText(poolFile, pool, fields, value));
  return fields;
}

interface Editable {
  readonly document: PoolText["document"];
  readonly value: { readonly models?: readonly unknown[] };
}

async function existingPool(poolFile: string): Promise<Editable> {
  const { document, value } = await readPoolFile(poolFile);
  checkFields(value, poolFile);
  return { document, value: value as Editable["value"] };
}

/** Named after its file. */
async function newPool(poolFile: string): Promise<Editable> {
  const name = basename(poolFile, extname(poolFile));
  const { document } = await parsePool(`name: ${JSON.stringify(name)}\n`, poolFile);
  return { document, value: { name } as Editable["value"] };
}

async function withFileFacts(poolFile: string, model: NewModel): Promise<NewModel> {
  if (model.file === undefined) return model;
  const file = resolve(model.file);
  const inside = relative(dirname(resolve(poolFile)), file);
  const written = inside.startsWith("..") || isAbsolute(inside) ? file : inside;
  if (!existsSync(file)) return { ...model, file: written };
  const sha256 = await hashModelFile(file);
  const { size: bytes } = await stat(file);
  return { ...model, file: written, sha256, bytes };
}

function toText(
  poolFile: string,
  { document }: Editable,
  fields: NewModel,
  value: unknown,
): string {
  if (extname(poolFile) === ".json") return `${JSON.stringify(value, null, 2)}\n`;
  if (document.has("models")) document.addIn(["models"], document.createNode(fields));
  else document.set("models", document.createNode([fields]));
  // No limit: long lines of the user's stay as they are.
  return document.toString({ lineWidth: 0 });
}
