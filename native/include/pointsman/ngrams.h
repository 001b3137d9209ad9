// Word n-grams of a text, as hashes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "pointsman/term_table.h"
#include "pointsman/words.h"

namespace pointsman {

/// Shortest and longest n-gram, 1 <= shortest <= longest <= max_ngram.
struct NgramRange {
    std::uint32_t shortest;
    std::uint32_t longest;
};
inline constexpr std::uint32_t max_ngram = 3;

/// Hashes the n-grams of one text after another. Scratch memory as in WordCutter.
class NgramHasher {
public:
    NgramHasher(NgramRange range, std::size_t max_units);

    /// All n-grams, duplicates included: the shortest ones first, each length in text order.
    std::span<const std::uint64_t> hash(std::u16string_view text);
    /// The same for a text that will be looked up: prefetches each n-gram's line of the table.
    std::span<const std::uint64_t> hash(std::u16string_view text, const TermTable& table);

    /// Of the last text.
    std::span<const WordCutter::Word> words() const { return words_; }
    const WordCutter& cutter() const { return cutter_; }
    std::size_t max_units() const { return cutter_.max_units(); }
    NgramRange range() const { return range_; }

private:
    template <typename Touch>
    std::span<const std::uint64_t> hash_all(std::u16string_view text, Touch touch);

    NgramRange range_;
    WordCutter cutter_;
    std::span<const WordCutter::Word> words_;
    std::unique_ptr<std::uint64_t[]> hashes_;
};

/// Hash of a term: words in UTF-8 with single spaces between them. Equals that of the same n-gram in a text.
std::uint64_t hash_term(std::string_view term);

}  // namespace pointsman
