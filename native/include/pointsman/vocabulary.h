// Which n-grams a collection of texts has, and in how many of its texts each occurs.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "pointsman/ngrams.h"
#include "pointsman/progress.h"

namespace pointsman {

struct VocabularyOptions {
    NgramOptions ngrams;
    /// Terms in fewer texts are dropped.
    std::uint32_t min_df;
    /// Terms in more than this share of the texts are dropped.
    double max_df;
    /// Of the rest, only so many with the most occurrences are kept. Of terms that occur equally often those
    /// first in code point order stay (scikit-learn leaves that open).
    std::size_t max_features;
};

/// Terms in code point order (which is byte order in UTF-8), in the form of NgramHasher::term.
struct Vocabulary {
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint32_t> offsets;
    std::vector<std::uint32_t> document_frequency;
};

Vocabulary fit_vocabulary(std::span<const std::u16string_view> texts, const VocabularyOptions& options,
                          const Progress& progress);

}  // namespace pointsman
