import type { PaperFigures } from "./data.js";

/** The paper's own figures, to stand beside a table. Accuracy by majority vote over ten answers. */
export const paperFigures: PaperFigures = {
  source:
    "Srivatsa, Maurya and Kochmar, “Harnessing the power of multiple minds: lessons learned from LLM routing” (2024)",
  sets: [
    {
      name: "GSM8K",
      bestSingle: 0.7111,
      random: 0.5538,
      router: 0.6763,
      upperBound: 0.7968,
      oracle: 0.8719,
    },
    {
      name: "MMLU",
      bestSingle: 0.6386,
      random: 0.5256,
      router: 0.6229,
      upperBound: 0.7418,
      oracle: 0.8915,
    },
  ],
};
