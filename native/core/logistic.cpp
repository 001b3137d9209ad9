#include "pointsman/logistic.h"

#include <algorithm>

#include "core/logistic_block.h"

namespace pointsman {

LogisticFit fit_logistic(const CsrView& X, std::span<const float> Y, std::size_t labels,
                         const LogisticOptions& options, const Progress& progress) {
    LogisticFit fit{.weights = std::vector<float>(X.columns * labels),
                    .bias = std::vector<float>(labels),
                    .objective = std::vector<double>(labels),
                    .iterations = 0};
    const auto blocks = static_cast<std::uint32_t>((labels + lanes - 1) / lanes);
    const std::uint32_t total = blocks * options.max_iter;
    for (std::uint32_t b = 0; b < blocks; ++b) {
        const std::size_t first = b * lanes;
        const std::size_t count = std::min(lanes, labels - first);
        LogisticBlock block(X, Y, labels, first, count, options);
        std::uint32_t steps = 0;
        report(progress, b * options.max_iter, total);
        while (steps < options.max_iter && block.step())
            report(progress, b * options.max_iter + ++steps, total);
        fit.iterations = std::max(fit.iterations, steps);
        for (std::size_t lane = 0; lane < count; ++lane) {
            for (std::size_t column = 0; column < X.columns; ++column) {
                fit.weights[column * labels + first + lane] = block.weight(column, lane);
            }
            fit.bias[first + lane] = block.bias(lane);
            fit.objective[first + lane] = block.objective(lane);
        }
    }
    report(progress, total, total);
    return fit;
}

}  // namespace pointsman
