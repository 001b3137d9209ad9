// Term frequency times inverse document frequency, rows of unit length.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "pointsman/csr.h"
#include "pointsman/ngrams.h"
#include "pointsman/term_table.h"

namespace pointsman {

struct TfidfOptions {
    TermList terms;
    /// [terms]
    std::span<const float> idf;
    NgramRange ngrams;
    /// Weight a count tf as 1 + ln(tf).
    bool sublinear_tf;
};

/// [texts x terms], as scikit-learn's TfidfVectorizer with norm "l2". A text without known terms has an empty
/// row.
Csr tfidf(std::span<const std::u16string_view> texts, const TfidfOptions& options);

}  // namespace pointsman
