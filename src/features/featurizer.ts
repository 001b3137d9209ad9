import type { WorkOptions } from "../native/text.js";
import type { CsrMatrix } from "../types.js";

/** Turns texts into rows of a sparse matrix. Fitted on training texts only; what it learnt never changes after. */
export interface Featurizer {
  fit(texts: readonly string[], work?: WorkOptions): Promise<this>;
  /** @returns [texts x features]. @throws NotFittedError before `fit`. */
  transform(texts: readonly string[], work?: WorkOptions): Promise<CsrMatrix>;
}
