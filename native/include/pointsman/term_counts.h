// Term frequencies of one text.
#pragma once

#include <cstdint>
#include <vector>

#include "pointsman/ngrams.h"
#include "pointsman/term_table.h"

namespace pointsman {

/// Counts the known n-grams of one text after another. Scratch memory for texts up to `max_units`.
class TermCounter {
public:
    TermCounter(const TermTable& table, NgramRange range, bool sublinear, std::size_t max_units);

    struct Counts {
        /// Known n-grams, repetitions included.
        std::size_t known;
        /// Row and weight of each: a term's first place has its tf (or 1 + ln tf), its other places 0.
        const std::uint32_t* rows;
        const float* weights;
    };

    /// Valid until the next call.
    Counts count(std::u16string_view text);

    std::size_t max_units() const { return hasher_.max_units(); }

private:
    const TermTable& table_;
    bool sublinear_;
    NgramHasher hasher_;
    std::unique_ptr<std::uint32_t[]> rows_;
    std::unique_ptr<float[]> weights_;
    /// [terms], all 0 between calls.
    std::vector<std::uint32_t> counts_;
};

}  // namespace pointsman
