#include "pointsman/terms.h"

#include <cmath>

#include "simd/kernels.h"

namespace pointsman {

void TermIndex::find(std::span<const std::uint64_t> hashes, std::uint32_t* rows) const {
    if (table_) return kernels().score.find(*table_, hashes.data(), hashes.size(), rows);
    const unsigned shift = 64 - hash_bits_;
    for (std::size_t i = 0; i < hashes.size(); ++i)
        rows[i] = 1 + static_cast<std::uint32_t>(hashes[i] >> shift);
}

TermTally::TermTally(const TermIndex& index, std::size_t most, bool sublinear)
    : sublinear_(sublinear), counts_(index.rows()), weights_(std::make_unique_for_overwrite<float[]>(most)) {}

std::span<const float> TermTally::weigh(std::span<const std::uint32_t> rows) {
    for (const std::uint32_t row : rows) ++counts_[row];
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t count = counts_[rows[i]];
        weights_[i] = count <= 1 ? static_cast<float>(count) : frequency(count);
        counts_[rows[i]] = 0;
    }
    return {weights_.get(), rows.size()};
}

float TermTally::frequency(std::uint32_t count) const {
    const auto tf = static_cast<float>(count);
    return sublinear_ ? 1 + std::log(tf) : tf;
}

}  // namespace pointsman
