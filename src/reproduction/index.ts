/** The paper's protocol from one end to the other. */

export {
  type EstimateOptions,
  estimateRun,
  type ModelEstimate,
  type RunEstimate,
} from "./estimate.js";
export {
  type BenchmarkResult,
  type ProtocolOptions,
  type ProtocolResult,
  runProtocol,
} from "./protocol.js";
export { type ReproduceOptions, type Reproduction, reproduce, type Stage } from "./reproduce.js";
