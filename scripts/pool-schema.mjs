// Writes models/pool.schema.json, the pool files' JSON schema for editors. Run after `npm run build:ts`.
import { writeFileSync } from "node:fs";
import { poolJsonSchema } from "../dist/execution/pool/schema.js";

const file = new URL("../models/pool.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(poolJsonSchema(), null, 2)}\n`);
