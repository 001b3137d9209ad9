/**
 * Chooses a model. A pure function of the scores: no I/O, no clock, no hidden state.
 * @param scores P(right) of each model, [models]; only read during the call.
 * @returns the index of the chosen model.
 */
export type Policy = (scores: Float32Array) => number;
