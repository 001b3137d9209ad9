// The liblinear library without the parsing of files: one L2-regularised logistic regression a label.
//   bench_liblinear MATRIX
#include <linear.h>

#include <cmath>

#include "contest.h"
#include "inputs.h"

namespace {

struct Problem {
    /// rows, columns, labels; indptr, indices, values; labels 0 or 1 [labels x rows]; C and eps.
    explicit Problem(const std::string& path) {
        bench::Reader reader(path);
        const std::uint32_t n = reader.number();
        columns = reader.number();
        labels = reader.number();
        indptr = reader.array<std::uint32_t>(n + 1);
        const auto indices = reader.array<std::uint32_t>(indptr[n]);
        const auto values = reader.array<float>(indptr[n]);
        y = reader.array<float>(static_cast<std::size_t>(labels) * n);
        targets.assign(y.begin(), y.end());
        C = reader.array<float>(1)[0];
        for (std::uint32_t row = 0; row < n; ++row) {
            starts.push_back(nodes.size());
            for (std::uint32_t k = indptr[row]; k < indptr[row + 1]; ++k) {
                nodes.push_back({static_cast<int>(indices[k]) + 1, values[k]});
            }
            nodes.push_back({static_cast<int>(columns) + 1, 1.0});
            nodes.push_back({-1, 0.0});
        }
        for (const std::size_t start : starts) rows.push_back(nodes.data() + start);
    }

    std::size_t n() const { return rows.size(); }

    std::uint32_t columns, labels;
    float C;
    std::vector<std::uint32_t> indptr;
    std::vector<float> y;
    std::vector<double> targets;
    std::vector<feature_node> nodes;
    std::vector<std::size_t> starts;
    std::vector<feature_node*> rows;
};

/// |w|^2 / 2 + C sum ln(1 + exp(-s z)), s = +-1, the intercept not penalised.
double objective(const Problem& problem, const model& fit, const double* y) {
    double penalty = 0;
    for (std::uint32_t j = 0; j < problem.columns; ++j) penalty += fit.w[j] * fit.w[j] / 2;
    double loss = 0;
    for (std::size_t row = 0; row < problem.n(); ++row) {
        double z = 0;
        for (const feature_node* node = problem.rows[row]; node->index > 0; ++node)
            z += fit.w[node->index - 1] * node->value;
        // liblinear takes the label of the first row as +1.
        const double margin = (y[row] == fit.label[0] ? 1 : -1) * z;
        loss += margin > 0 ? std::log1p(std::exp(-margin)) : std::log1p(std::exp(margin)) - margin;
    }
    return penalty + problem.C * loss;
}

/// Fits every label. Returns the objective summed over labels if `measure`.
double fit_all(Problem& problem, int solver, double eps, bool measure) {
    double total = 0;
    for (std::uint32_t label = 0; label < problem.labels; ++label) {
        double* y = problem.targets.data() + label * problem.n();
        const ::problem data{static_cast<int>(problem.n()), static_cast<int>(problem.columns) + 1, y,
                             problem.rows.data(), 1};
        parameter options{};
        options.solver_type = solver;
        options.eps = eps;
        options.C = problem.C;
        model* fit = train(&data, &options);
        if (measure) total += objective(problem, *fit, y);
        free_and_destroy_model(&fit);
    }
    return total;
}

}  // namespace

int main(int, char** argv) {
    set_print_string_function([](const char*) {});
    Problem problem(argv[1]);
    const double eps = 0.01;
    const double primal = fit_all(problem, L2R_LR, eps, true);
    const double dual = fit_all(problem, L2R_LR_DUAL, eps, true);
    bench::serve({{"primal", {1, [&] { fit_all(problem, L2R_LR, eps, false); }}},
                  {"dual", {1, [&] { fit_all(problem, L2R_LR_DUAL, eps, false); }}}},
                 "{\"eps\":" + std::to_string(eps) + ",\"primal\":" + std::to_string(primal) +
                     ",\"dual\":" + std::to_string(dual) + "}");
}
