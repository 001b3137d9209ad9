// The logistic loss of sixteen labels as a function of their scores. Private to logistic regression.
#pragma once

#include "core/label_lanes.h"
#include "pointsman/csr.h"

namespace pointsman {

/// z [rows x lanes] = X w + bias row of w [columns + 1 x lanes].
void lane_times(const CsrView& X, const Lanes& w, Lanes& z);

class LaneLoss {
public:
    /// At scores 0. The targets are borrowed.
    LaneLoss(const CsrView& X, const LaneTargets& targets);

    /// Goes to the scores of w.
    void evaluate(const Lanes& w);

    /// The loss at the scores + length * step. What is kept stays until `accept`, which goes there.
    const LaneDoubles& look_ahead(const Lanes& step, const LaneFloats& length);
    void accept();

    const LaneDoubles& value() const { return at_.value; }
    /// [rows x lanes], the first and second derivatives by score.
    const Lanes& residual() const { return at_.residual; }
    const Lanes& curvature() const { return at_.curvature; }

private:
    struct Point {
        Lanes z, residual, curvature;
        LaneDoubles value{};
    };
    void differentiate(Point& point) const;

    const CsrView X_;
    const LaneTargets& targets_;
    Point at_;
    Point ahead_;
};

}  // namespace pointsman
