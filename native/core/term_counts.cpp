#include "pointsman/term_counts.h"

#include <cmath>

namespace pointsman {

TermCounter::TermCounter(const TermTable& table, NgramRange range, bool sublinear, std::size_t max_units)
    : table_(table),
      sublinear_(sublinear),
      hasher_(range, max_units),
      rows_(std::make_unique_for_overwrite<std::uint32_t[]>(range.longest * (max_units / 2 + 1) + 1)),
      weights_(std::make_unique_for_overwrite<float[]>(range.longest * (max_units / 2 + 1))),
      counts_(table.size()) {}

TermCounter::Counts TermCounter::count(std::u16string_view text) {
    const auto hashes = hasher_.hash(text, table_);
    const std::size_t known = table_.find(hashes, rows_.get());
    for (std::size_t i = 0; i < known; ++i) ++counts_[rows_[i]];
    for (std::size_t i = 0; i < known; ++i) {
        weights_[i] = static_cast<float>(counts_[rows_[i]]);
        counts_[rows_[i]] = 0;
    }
    if (sublinear_) {
        for (std::size_t i = 0; i < known; ++i) {
            if (weights_[i] > 1) weights_[i] = 1 + std::log(weights_[i]);
        }
    }
    return {known, rows_.get(), weights_.get()};
}

}  // namespace pointsman
