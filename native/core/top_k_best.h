// The best of a stream of candidates. Private to top_k.cpp and nearest_rows.h.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace pointsman {

struct Candidate {
    float score;
    std::uint32_t index;

    bool operator<(const Candidate& other) const {
        return score > other.score || (score == other.score && index < other.index);
    }
};

/// Keeps up to twice as many as are wanted, and halves them when they are too many: linear time for any k.
class Best {
public:
    explicit Best(std::size_t k) : k_(k) {}

    /// For another stream, which then needs no allocation.
    void clear() {
        kept_.clear();
        kept_.reserve(2 * k_);
        threshold_ = -std::numeric_limits<float>::infinity();
    }

    /// Candidates at or below it cannot be among the best, if they come in the order of their indices.
    float threshold() const { return threshold_; }

    void offer(float score, std::uint32_t index) {
        if (score <= threshold_) return;
        kept_.push_back({score, index});
        if (kept_.size() == 2 * k_) trim();
    }

    void join(const Best& other) {
        kept_.insert(kept_.end(), other.kept_.begin(), other.kept_.end());
        if (kept_.size() > k_) trim();
    }

    /// Best first.
    std::span<Candidate> sorted() {
        std::sort(kept_.begin(), kept_.end());
        kept_.resize(std::min(k_, kept_.size()));
        return kept_;
    }

private:
    void trim() {
        const auto last = kept_.begin() + static_cast<std::ptrdiff_t>(k_ - 1);
        std::nth_element(kept_.begin(), last, kept_.end());
        threshold_ = last->score;
        kept_.resize(k_);
    }

    std::size_t k_;
    float threshold_ = -std::numeric_limits<float>::infinity();
    std::vector<Candidate> kept_;
};

}  // namespace pointsman
