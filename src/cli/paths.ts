import { fileURLToPath } from "node:url";

/** Files of the package: the toy pool and its questions. */
const models = new URL("../../models/", import.meta.url);
export const toyPool = fileURLToPath(new URL("pool.json", models));
export const toyQuestions = (split: "train" | "validation" | "test") =>
  fileURLToPath(new URL(`questions/${split}.jsonl`, models));

/** Where the demo writes, and where `ask` looks for a router. */
export const demoDirectory = "runs/demo";
export const defaultRouter = `${demoDirectory}/router.safetensors`;
