#include "core/held_out.h"

#include <limits>
#include <utility>

#include "simd/kernels.h"

namespace pointsman {

HeldOut::HeldOut(const CsrView& X, LaneTargets targets, std::size_t count, std::uint32_t n_iter_no_change)
    : targets_(std::move(targets)), loss_(X, targets_), count_(count), n_iter_no_change_(n_iter_no_change) {
    least_.fill(std::numeric_limits<double>::infinity());
}

bool HeldOut::observe(const Lanes& w) {
    loss_.evaluate(w);
    const LaneDoubles& now = loss_.value();
    best_.resize(w.size());
    LaneFloats take{}, keep{};
    bool is_going = false;
    for (std::size_t l = 0; l < count_; ++l) {
        const bool has_stopped = passes_since_[l] >= n_iter_no_change_;
        // A label that no held-out row knows has loss 0 throughout: it goes on to its optimum.
        const bool is_better = !has_stopped && (now[l] < least_[l] || now[l] == 0);
        take[l] = is_better ? 1 : 0;
        keep[l] = 1 - take[l];
        passes_since_[l] = is_better ? 0 : passes_since_[l] + 1;
        if (is_better) least_[l] = now[l];
        is_going |= passes_since_[l] < n_iter_no_change_;
    }
    kernels().linear.blend(take.data(), w.data(), keep.data(), best_.data(), w.size() / lanes);
    return !is_going;
}

}  // namespace pointsman
