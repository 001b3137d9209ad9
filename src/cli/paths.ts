import { fileURLToPath } from "node:url";

/** The ready-made pool that commands take where none is given. */
export const toyPool = "toy";

/** Its questions. */
const models = new URL("../../models/", import.meta.url);
export const toyQuestions = (split: "train" | "validation" | "test") =>
  fileURLToPath(new URL(`questions/${split}.jsonl`, models));

/** Where the demo writes, and where `ask` looks for a router. */
export const demoDirectory = "runs/demo";
export const defaultRouter = `${demoDirectory}/router.safetensors`;
