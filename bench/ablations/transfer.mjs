// What a known router is worth for another pool, whose prompts it has not seen.
import { selectRows } from "../../dist/datasets/outcomes.js";
import {
  averagePgr,
  deferralCurve,
  groupedKFold,
  groupPrompts,
  singleMarks,
} from "../../dist/evaluation/index.js";
import { addModel, MultiLabelClassifier, predictProba } from "../../dist/index.js";
import { takeRows } from "../../dist/models/rows.js";
import { random, shuffle } from "../../dist/random.js";
import { clusters, column, featuresOf, mean } from "./shared.mjs";

/**
 * A router for two models from `size` labels, alone or with what is known of another pool on other prompts.
 * @param source outcomes of the other pool; its prompts that are near those of `target` are left out by halves.
 * @returns average PGR (0.5 = a coin), mean and standard error over draws, and the paired gain on training alone.
 */
export async function transfer(source, target, { seed, sizes, draws }) {
  const groups = groupPrompts([...source.prompts, ...target.prompts]);
  const half = groupedKFold(groups, 2, seed);
  const from = source.prompts.length;
  const train = selectRows(
    source,
    [...source.prompts.keys()].filter((row) => half[row] === 0),
  );
  const rest = selectRows(
    target,
    [...target.prompts.keys()].filter((row) => half[from + row] === 1),
  );
  const transform = await featuresOf(train.prompts);
  const X = await transform(train.prompts);
  const all = await transform(rest.prompts);
  const width = train.models.length;
  const logistic = (await new MultiLabelClassifier().fit(X, train.scores, width)).heads;
  const clustered = (await clusters(seed).fit(X, train.scores, width)).heads;
  const rows = [];
  for (const size of sizes) {
    const byName = new Map();
    for (let draw = 0; draw < draws; draw++) {
      const order = shuffle([...rest.prompts.keys()], random(seed + draw));
      const [labelled, asked] = [order.slice(0, size), order.slice(Math.max(...sizes))];
      const test = selectRows(rest, asked);
      const put = (name, P) => {
        const values = byName.get(name) ?? [];
        values.push(pgr(test, P));
        byName.set(name, values);
      };
      const [few, tested] = [takeRows(all, labelled), takeRows(all, asked)];
      const { scores, prompts } = selectRows(rest, labelled);
      const own = await featuresOf(prompts);
      const alone = await new MultiLabelClassifier().fit(await own(prompts), scores, 2);
      put("alone", predictProba(await own(test.prompts), alone.heads, 2));
      const shared = await new MultiLabelClassifier().fit(few, scores, 2);
      put("the other set's vocabulary", predictProba(tested, shared.heads, 2));
      const both = [
        ["the other pool's logistic heads", logistic],
        ["the other pool's cluster rates", clustered],
      ];
      for (const [name, heads] of both) {
        const [first, second] = await added(heads, few, scores, width);
        put(name, pairOf(tested, first, second, width));
        if (heads !== logistic) continue;
        put(
          "these as the prior of an L2 penalty",
          await centred(few, scores, tested, [first, second], width),
        );
        const init = {
          weights: interleave(first.weights, second.weights, width),
          bias: Float32Array.of(first.bias[width], second.bias[width]),
        };
        const warm = new MultiLabelClassifier({ earlyStopping: true, seed: seed + draw });
        await warm.fit(few, scores, 2, { init });
        put("warm start from these, early stopping", predictProba(tested, warm.heads, 2));
      }
    }
    const alone = byName.get("alone");
    for (const [name, values] of byName) {
      const gains = values.map((value, draw) => value - alone[draw]);
      rows.push({ name, labels: size, apgr: mean(values), gain: mean(gains), error: error(gains) });
    }
  }
  return rows;
}

/** Heads with the first model of the pair as one model more, and with the second. */
async function added(heads, X, scores, width) {
  const one = (model) => addModel(heads, X, column(scores, model, 2), width);
  return [await one(0), await one(1)];
}

function pairOf(X, first, second, width) {
  const [a, b] = [first, second].map((heads) =>
    column(predictProba(X, heads, width + 1), width, width + 1),
  );
  return Float32Array.from({ length: 2 * X.rows }, (_, at) => (at % 2 ? b : a)[at >> 1]);
}

/**
 * Prior-centred L2: |w - a w0|^2 / 2 + C * losses, w0 the head so far and its scale a learnt too: one column more holds
 * x w0, so large that its weight is all but free of the penalty.
 */
async function centred(few, scores, tested, heads, width) {
  const P = [];
  for (const [model, { weights, bias }] of heads.entries()) {
    const head = column(weights, width, width + 1);
    const [X, asked] = [few, tested].map((of) => withPrior(of, head, bias[width]));
    const fitted = await new MultiLabelClassifier().fit(X, column(scores, model, 2), 1);
    P.push(predictProba(asked, fitted.heads, 1));
  }
  return Float32Array.from({ length: 2 * tested.rows }, (_, at) => P[at % 2][at >> 1]);
}

function withPrior({ rows, columns, indptr, indices, values }, head, bias) {
  const wider = { indices: [], values: [] };
  for (let row = 0; row < rows; row++) {
    let z = bias;
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      z += values[at] * head[indices[at]];
      wider.indices.push(indices[at]);
      wider.values.push(values[at]);
    }
    wider.indices.push(columns);
    wider.values.push(10 * z);
  }
  return {
    rows,
    columns: columns + 1,
    indptr: indptr.map((end, row) => end + row),
    indices: Uint32Array.from(wider.indices),
    values: Float32Array.from(wider.values),
  };
}

function interleave(first, second, width) {
  const [a, b] = [first, second].map((weights) => column(weights, width, width + 1));
  return Float32Array.from({ length: 2 * a.length }, (_, at) => (at % 2 ? b : a)[at >> 1]);
}

/** Of the difference of P, calls going to the better model of the two. */
function pgr(test, P) {
  const marks = [0, 1].map((model) => singleMarks(test, model));
  const strong = mean([...marks[0]]) > mean([...marks[1]]) ? 0 : 1;
  const scores = Float64Array.from(
    test.prompts,
    (_, row) => P[2 * row + strong] - P[2 * row + 1 - strong],
  );
  return averagePgr(deferralCurve({ weak: marks[1 - strong], strong: marks[strong], scores }));
}

/** Standard error of a mean; the draws share test prompts, so that it says how much the labels drawn matter. */
function error(values) {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
