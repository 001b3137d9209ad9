import { InvalidArgumentError } from "../errors.js";
import type { VoteModel } from "./fit.js";
import type { VoteWeights } from "./weights.js";

type Fields = Readonly<Record<string, unknown>>;

/** @throws InvalidArgumentError where the value, of a file say, is not what `fitVoteWeights` returns. */
export function checkVoteWeights(value: unknown): VoteWeights {
  const { models, weights, slotRidge, heldOut, rows } = fieldsOf("vote weights", value);
  check(isList(models) && models.every(isText), "models", "a list of names", models);
  check(
    isList(weights) && weights.length === (models as unknown[]).length && weights.every(areWeights),
    "weights",
    "a list of numbers, 0 or more, for each model",
    weights,
  );
  check(
    slotRidge === null || (isWeight(slotRidge) && slotRidge > 0),
    "slotRidge",
    "null or a number above 0",
    slotRidge,
  );
  check(isNumber(heldOut) && heldOut <= 0, "heldOut", "a number of 0 or less", heldOut);
  check(isWhole(rows), "rows", "a whole number", rows);
  return value as VoteWeights;
}

/** @throws InvalidArgumentError where the value, of a file say, is not what `fitVoteModel` returns. */
export function checkVoteModel(value: unknown): VoteModel {
  const { weights, table } = fieldsOf("vote model", value);
  const { models } = checkVoteWeights(weights);
  check(isList(table) && table.length > 0, "table", "a list of one plan or more", table);
  let before = 0;
  for (const priced of table as unknown[]) {
    const { answers, most, accuracy, plan } = fieldsOf("plan of the table", priced);
    check(isNumber(answers) && answers >= before, "answers", "numbers that ascend from 0", answers);
    before = answers as number;
    check(isWhole(most) && most >= 1, "most", "a whole number of 1 or more", most);
    check(isWeight(accuracy) && accuracy <= 1, "accuracy", "a number from 0 to 1", accuracy);
    checkPlan(plan, models);
  }
  return value as VoteModel;
}

function checkPlan(value: unknown, models: readonly string[]): void {
  const plan = fieldsOf("plan", value);
  const checkAsk = (ask: unknown) => {
    const { model, slots, weights } = fieldsOf("ask", ask);
    check(isText(model) && models.includes(model), "model", `one of ${models.join(", ")}`, model);
    check(
      isList(slots) && slots.length > 0 && slots.every(isWhole),
      "slots",
      "whole numbers",
      slots,
    );
    const fit = areWeights(weights) && weights.length === (slots as unknown[]).length;
    check(fit, "weights", "a number, 0 or more, for each slot", weights);
  };
  const { kind, confidence, agree } = plan;
  if (kind === "single") {
    const { model, slots } = plan;
    checkAsk({ model, slots, weights: isList(slots) ? slots.map(() => 1) : [] });
    return;
  }
  check(kind === "set" || kind === "escalation", "kind", "single, set or escalation", kind);
  const isShare = isWeight(confidence) && confidence > 0 && confidence <= 1;
  check(isShare, "confidence", "a number above 0, at most 1", confidence);
  if (kind === "escalation") {
    checkAsk(plan.first);
    check(isWhole(agree) && agree >= 1, "agree", "a whole number of 1 or more", agree);
  }
  const asks = kind === "set" ? plan.asks : plan.others;
  check(isList(asks) && (asks.length > 0 || kind !== "set"), "asks", "a list of asks", asks);
  for (const ask of asks as unknown[]) checkAsk(ask);
}

function check(good: boolean, name: string, expected: string, received: unknown): void {
  if (!good) throw InvalidArgumentError.of(`${name} of the votes`, expected, received);
}

function fieldsOf(name: string, value: unknown): Fields {
  check(typeof value === "object" && value !== null && !isList(value), name, "an object", value);
  return value as Fields;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isWeight(value: unknown): value is number {
  return isNumber(value) && value >= 0;
}

function isWhole(value: unknown): value is number {
  return isWeight(value) && Number.isInteger(value);
}

function areWeights(value: unknown): value is number[] {
  return isList(value) && value.every(isWeight);
}
