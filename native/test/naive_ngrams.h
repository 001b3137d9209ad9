// The n-grams of a text by their terms, one code point at a time: what NgramHasher must agree with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "naive_words.h"
#include "pointsman/ngrams.h"

namespace pointsman::test {

/// A word as UTF-8 code points.
inline std::vector<std::string> characters(std::string_view word) {
    std::vector<std::string> points;
    for (const char byte : word) {
        if ((byte & 0xC0) != 0x80) points.emplace_back();
        points.back() += byte;
    }
    return points;
}

/// In the order in which NgramHasher gives them, repetitions included.
inline std::vector<std::string> naive_ngrams(std::u16string_view text, const NgramOptions& options) {
    const auto words = naive_words(text, options.token_pattern);
    std::vector<std::string> terms;
    for (std::size_t n = options.words.shortest; n <= options.words.longest; ++n) {
        for (std::size_t i = 0; i + n <= words.size(); ++i) {
            std::string term = words[i];
            for (std::size_t k = 1; k < n; ++k) term.append(1, ' ').append(words[i + k]);
            terms.push_back(term);
        }
    }
    if (!options.has_chars()) return terms;
    for (const std::string& word : words) {
        const auto points = characters(std::string(1, '<').append(word).append(1, '>'));
        for (std::size_t n = options.chars.shortest; n <= options.chars.longest; ++n) {
            for (std::size_t i = 0; i + n <= points.size(); ++i) {
                std::string term = "#";
                for (std::size_t k = 0; k < n; ++k) term += points[i + k];
                terms.push_back(term);
            }
        }
    }
    return terms;
}

}  // namespace pointsman::test
