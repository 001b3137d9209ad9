// What each term of a text adds to the heads. Private to explain.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pointsman/scoring_model.h"

namespace pointsman {

struct ExplainedTerm {
    std::string name;
    /// [heads]
    std::vector<float> added;
};

/// Terms that are known, and words that have a vector; one entry where a word is both.
std::vector<ExplainedTerm> explained_terms(const ScoringModel& model, std::u16string_view text);

}  // namespace pointsman
