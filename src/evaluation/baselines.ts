import type { Outcomes } from "../types.js";
import type { FittedChooser } from "./judge.js";
import { bestPerSkill, countSkills } from "./yardsticks.js";

/** "Best per subject" (or task), where `whole` has two or more of them: what a person would set up by hand. */
export function skillChoosers(train: Outcomes, whole: Outcomes): FittedChooser[] {
  if (countSkills(whole) < 2) return [];
  const skill = whole.subjects.some((subject) => subject !== undefined) ? "subject" : "task";
  return [
    { name: `best per ${skill}`, kind: "policy", choose: (test) => bestPerSkill(train, test) },
  ];
}
