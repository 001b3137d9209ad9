/** The values that flow between the rooms. Each has one owner: the room that makes it. */

/** What an answer looks like: decides how it is extracted from text. "letter" is an option A to J, "boolean" yes or no. */
export type AnswerKind = "number" | "letter" | "boolean" | "text";

/** How a text answer is scored in 0..1. All but "judge" compare it with references. */
export type ScorerName = "exact" | "f1" | "rouge-l" | "chrf" | "bleu" | "judge";

/** A question to be asked of every model of a pool. */
export interface Question {
  readonly id: string;
  readonly prompt: string;
  /** Reference answer; absent where there is none. */
  readonly gold?: string;
  /** Further reference answers of a text question: the one nearest to an answer counts. */
  readonly references?: readonly string[];
  readonly answer: AnswerKind;
  /** Of a text question. Default: "f1" where there is a reference answer, else "judge". */
  readonly scorer?: ScorerName;
  readonly source?: string;
  /** Benchmark or domain, e.g. "gsm8k". */
  readonly task?: string;
  /** Part of a task, e.g. an MMLU subject. */
  readonly subject?: string;
  /** "train", "validation" or "test"; whatever the source says. */
  readonly split?: string;
}

/**
 * What each model of a pool achieved on each prompt. Matrices are row-major, [prompts x models];
 * NaN means unknown (the model was not asked), never wrong.
 */
export interface Outcomes {
  readonly models: readonly string[];
  readonly ids: readonly string[];
  readonly prompts: readonly string[];
  readonly tasks: readonly (string | undefined)[];
  readonly subjects: readonly (string | undefined)[];
  readonly splits: readonly (string | undefined)[];
  /** Success rate or graded score in 0..1: what routers are trained on. */
  readonly scores: Float32Array;
  /** What counts at evaluation: right by majority vote where there are several answers, else `scores`. */
  readonly marks: Float32Array;
  /** Mean seconds of one answer, where it was measured. */
  readonly seconds?: Float32Array;
  /** Price of one answer, in whatever currency the source counts. */
  readonly prices?: Float32Array;
  /** Extracted answers, [prompt][model] -> list (null = unusable), where they were kept. */
  readonly answers?: readonly (readonly (readonly (string | null)[] | undefined)[])[];
  /** Marks in 0..1 of `answers`, in the same places; null = not known. */
  readonly answerMarks?: readonly (readonly (readonly (number | null)[] | undefined)[])[];
  readonly golds: readonly (string | undefined)[];
  /** Vectors of the prompts from an encoder, [prompts x d]. */
  readonly embeddings?: DenseMatrix;
}

/** Sparse matrix in compressed rows: row i holds entries indptr[i] .. indptr[i + 1]. Indices ascend in a row. */
export interface CsrMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly indptr: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** Dense matrix, row-major: `values` is [rows x columns]. */
export interface DenseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Called now and then during long work; `done` never decreases. */
export type OnProgress = (done: number, total: number) => void;

/**
 * What stands between a new request and its answer, for each model, [models]. Whoever runs the models keeps it up to
 * date in place, so that routing reads it without a call or an allocation.
 */
export interface ModelLoad {
  /** 1 = in memory, 0 = must be loaded first. */
  readonly loaded: Uint8Array;
  /** Seconds that loading takes: measurements of late, drawn to those of all models where they are few or old. */
  readonly loadSeconds: Float64Array;
  /** Requests that one load serves before the model is evicted, as of late; at least 1. */
  readonly requestsPerLoad: Float64Array;
  /** Requests that wait for the model. */
  readonly waiting: Uint32Array;
  /** Requests that the model is answering. */
  readonly inFlight: Uint32Array;
  /** Requests that it answers at once. */
  readonly sequences: Uint32Array;
  /** Seconds of a request once it has begun, estimated as `loadSeconds` is; 0 until one was measured. */
  readonly answerSeconds: Float64Array;
  /** Tokens a second of one answer; 0 until one was measured. */
  readonly tokensPerSecond: Float64Array;
}
