#include "pointsman/scorer.h"

#include <algorithm>
#include <cmath>

#include "simd/kernels.h"

namespace pointsman {

Scorer::Scorer(const ScorerOptions& options)
    : table_(options.features.terms),
      // One unit more for the gap between head and tail.
      counter_(table_, options.features.ngrams, options.features.sublinear_tf, options.max_units + 1),
      heads_(options.bias.size()),
      models_(options.models),
      max_units_(options.max_units),
      stride_((1 + heads_ + lanes - 1) / lanes * lanes),
      rows_(table_.size() * stride_),
      bias_(stride_),
      rates_(options.rates.begin(), options.rates.end()),
      sums_(stride_) {
    for (std::size_t i = 0; i < table_.size(); ++i) {
        const float idf = options.features.idf[i];
        float* row = rows_.data() + i * stride_;
        row[0] = idf * idf;
        for (std::size_t j = 0; j < heads_; ++j) row[1 + j] = idf * options.weights[i * heads_ + j];
    }
    std::copy(options.bias.begin(), options.bias.end(), bias_.begin() + 1);
}

std::size_t Scorer::score(std::u16string_view text, float* output) {
    const ScoreKernels& simd = kernels().score;
    const auto counts = counter_.count(text);
    simd.gather(rows_.data(), stride_, counts.rows, counts.weights, counts.known, sums_.data());
    const float scale = sums_[0] > 0 ? 1 / std::sqrt(sums_[0]) : 0;
    for (std::size_t j = 0; j < stride_; ++j) sums_[j] = sums_[j] * scale + bias_[j];
    const float* z = sums_.data() + 1;
    if (rates_.empty()) {
        simd.sigmoid(sums_.data(), stride_);
        std::copy_n(z, models_, output);
    } else {
        const auto nearest = static_cast<std::size_t>(std::max_element(z, z + heads_) - z);
        std::copy_n(rates_.data() + nearest * models_, models_, output);
    }
    return counts.known;
}

}  // namespace pointsman
