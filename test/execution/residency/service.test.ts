import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { fitRouter } from "../../../src/router/fit.js";
import { twoSkillWorld } from "../../worlds.js";

const root = join(import.meta.dirname, "../../..");

test("the service of docs/execution.md answers, refuses and ends when it is told to", async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), "pointsman-service-"));
  const page = await readFile(join(root, "docs/execution.md"), "utf8");
  const code = page.match(/```js\n(.*?)```/s)![1]!;
  const dist = (path: string) => JSON.stringify(pathToFileURL(join(root, "dist", path)).href);
  await writeFile(
    join(folder, "service.mjs"),
    code
      .replace('"pointsman"', dist("index.js"))
      .replace('"pointsman/execution"', dist("execution/index.js")),
  );
  const world = twoSkillWorld();
  const names = ["sums-base", "letters-chat", "general-chat"];
  const models = world.models.map((_, i) => names[i]!);
  await (await fitRouter({ ...world, models })).save(join(folder, "router.safetensors"));
  const service = spawn(process.execPath, [join(folder, "service.mjs")], {
    env: {
      ...process.env,
      POOL: join(root, "models/pool.json"),
      ROUTER: join(folder, "router.safetensors"),
      PORT: "0",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void service.kill("SIGKILL"));
  const [line] = await once(service.stdout, "data");
  const url = `http://127.0.0.1:${/listening on (\d+)/.exec(String(line))![1]}`;
  const ask = (body: string) => fetch(url, { method: "POST", body });
  const prompt = "Ann has 12 pens and Bob has 30 pens. How many pens do they have in total?";
  const answers = await Promise.all([ask(prompt), ask(prompt)]);
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    const { model, text } = (await answer.json()) as { model: string; text: string };
    expect(names).toContain(model);
    expect(text).toMatch(/\w/);
  }
  const tooLong = await ask("pens ".repeat(1000));
  expect(tooLong.status).toBe(500);
  expect(await tooLong.text()).toContain("leaves no room");
  // What was taken is answered.
  const last = ask(prompt);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const ended = once(service, "exit");
  service.kill("SIGTERM");
  expect((await last).status).toBe(200);
  expect(await ended).toEqual([0, null]);
});
