#include "pointsman/scorer.h"

#include <algorithm>
#include <cmath>

#include "simd/kernels.h"

namespace pointsman {

Scorer::Scorer(const ScoringModel& model, std::size_t max_units)
    : model_(model),
      hasher_(model.options.ngrams, max_units),
      stride_(model.terms.stride),
      rows_(std::make_unique_for_overwrite<std::uint32_t[]>(hasher_.most_ngrams())),
      bias_(stride_),
      scales_(model.terms.scales.begin(), model.terms.scales.end()),
      sums_(stride_),
      piece_(stride_),
      z_(stride_) {
    std::copy(model.bias.begin(), model.bias.end(), bias_.begin());
    if (model.options.norm == Norm::l2)
        tally_.emplace(model.index, hasher_.most_ngrams(), model.options.sublinear_tf);
}

std::size_t Scorer::score(std::u16string_view text, float* scores, float* affinities) {
    const std::size_t known = add_terms(text);
    finish(scores, affinities);
    return known;
}

std::size_t Scorer::run_to(Stage stage, std::u16string_view text) {
    if (stage == Stage::words) return hasher_.cutter().find_edges(text);
    const auto hashes = hasher_.hash(text);
    if (stage == Stage::hashes) return hashes.size();
    model_.index.find(hashes, rows_.get());
    return rows_[0];
}

std::size_t Scorer::add_terms(std::u16string_view text) {
    const auto hashes = hasher_.hash(text);
    if (!tally_) {
        sum_in_pieces(hashes);
    } else {
        model_.index.find(hashes, rows_.get());
        const auto weights = tally_->weigh({rows_.get(), hashes.size()});
        kernels().score.weigh_rows(model_.terms.rows.data(), stride_, rows_.get(), weights.data(),
                                   hashes.size(), sums_.data());
    }
    const float squares = sums_[stride_ - 1] * scales_[stride_ - 1];
    const float factor = squares > 0 ? 1 / std::sqrt(squares) : 0;
    kernels().score.add_scaled(bias_.data(), sums_.data(), scales_.data(), factor, stride_, z_.data());
    // Not below 0, whatever a file holds.
    return static_cast<std::size_t>(std::max(sums_[stride_ - 2], 0.f));
}

void Scorer::sum_in_pieces(std::span<const std::uint64_t> hashes) {
    sum(hashes.first(std::min(hashes.size(), most_rows)), sums_.data());
    for (std::size_t done = most_rows; done < hashes.size(); done += most_rows) {
        sum(hashes.subspan(done, std::min(hashes.size() - done, most_rows)), piece_.data());
        for (std::size_t j = 0; j < stride_; ++j) sums_[j] += piece_[j];
    }
}

void Scorer::sum(std::span<const std::uint64_t> hashes, float* sums) {
    const ScoreKernels& simd = kernels().score;
    const std::int16_t* values = model_.terms.rows.data();
    if (const TermTable* table = model_.index.table()) {
        simd.find_and_sum(*table, hashes.data(), hashes.size(), values, stride_, rows_.get(), sums);
    } else {
        model_.index.find(hashes, rows_.get());
        simd.sum_rows(values, stride_, rows_.get(), hashes.size(), sums);
    }
}

void Scorer::finish(float* scores, float* affinities) {
    const float* z = z_.data();
    const float* centroids = z + model_.classifiers;
    if (affinities != nullptr) std::copy_n(centroids, model_.clusters, affinities);
    if (model_.classifiers > 0) {
        kernels().score.sigmoid(z_.data(), stride_);
        std::copy_n(z, model_.models, scores);
    } else {
        const auto nearest =
            static_cast<std::size_t>(std::max_element(centroids, centroids + model_.clusters) - centroids);
        std::copy_n(model_.rates.data() + nearest * model_.models, model_.models, scores);
    }
}

}  // namespace pointsman
