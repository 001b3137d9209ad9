#include "pointsman/scorer.h"

#include <algorithm>
#include <cmath>

#include "core/widen.h"
#include "pointsman/surface.h"
#include "simd/kernels.h"

namespace pointsman {

Scorer::Scorer(const ScoringModel& model, std::size_t max_units)
    : model_(model),
      blend_(model),
      hasher_(model.options.ngrams, max_units),
      stride_(model.terms.stride),
      rows_(std::make_unique_for_overwrite<std::uint32_t[]>(hasher_.most_ngrams())),
      bias_(stride_),
      scales_(model.terms.scales.begin(), model.terms.scales.end()),
      surface_weights_(widen(model.surface, model.heads(), stride_)),
      embedding_weights_(widen(model.embedding, model.heads(), stride_)),
      surface_(model.surface.empty() ? 0 : surface_count),
      sums_(stride_),
      piece_(stride_),
      z_(stride_) {
    std::copy(model.bias.begin(), model.bias.end(), bias_.begin());
    if (model.options.norm == Norm::l2)
        tally_.emplace(model.index, hasher_.most_ngrams(), model.options.sublinear_tf);
}

TermCount Scorer::score(std::u16string_view text, float* scores, float* affinities, const float* embedding) {
    const TermCount count = add_terms(text);
    if (model_.vectors) add_vectors();
    if (!surface_.empty()) add_surface();
    if (embedding != nullptr) add_embedding(embedding);
    if (affinities != nullptr) copy_affinities(affinities);
    blend_.score(z_.data(), scores);
    return count;
}

std::size_t Scorer::run_to(Stage stage, std::u16string_view text) {
    if (stage == Stage::words) return hasher_.cutter().find_edges(text);
    const auto hashes = hasher_.hash(text);
    if (stage == Stage::hashes) return hashes.size();
    model_.index.find(hashes, rows_.get());
    return hashes.empty() ? 0 : rows_[0];
}

TermCount Scorer::add_terms(std::u16string_view text) {
    const auto hashes = hasher_.hash(text, surface_.empty() ? nullptr : surface_.data());
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
    return {static_cast<std::size_t>(std::max(sums_[stride_ - 2], 0.f)), hashes.size()};
}

void Scorer::add_vectors() {
    const ScoreKernels& simd = kernels().score;
    const auto& [table, rows] = *model_.vectors;
    const auto words = hasher_.word_hashes().first(std::min(hasher_.word_hashes().size(), most_rows));
    simd.find_and_sum(table, words.data(), words.size(), rows.rows.data(), stride_, rows_.get(),
                      sums_.data());
    const float known = sums_[stride_ - 2];
    if (known > 0)
        simd.add_scaled(z_.data(), sums_.data(), rows.scales.data(), 1 / known, stride_, z_.data());
}

void Scorer::add_surface() {
    kernels().score.add_dense(surface_.data(), surface_.size(), surface_weights_.data(), stride_, z_.data());
}

void Scorer::add_embedding(const float* embedding) {
    kernels().score.add_dense(embedding, model_.embedding_size, embedding_weights_.data(), stride_,
                              z_.data());
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

void Scorer::copy_affinities(float* affinities) const {
    for (const Part& part : model_.parts) {
        if (part.is_clusters()) affinities = std::copy_n(z_.data() + part.first, part.heads, affinities);
    }
}

}  // namespace pointsman
