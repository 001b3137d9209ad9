// N-grams of a text, as hashes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "pointsman/words.h"

namespace pointsman {

/// Shortest and longest n-gram.
struct NgramRange {
    std::uint32_t shortest;
    std::uint32_t longest;
};

struct NgramOptions {
    /// 1 <= shortest <= longest <= max_ngram.
    NgramRange words;
    /// N-grams of code points within a word that has "<" before it and ">" behind, as in fastText
    /// (Bojanowski et al. 2017): 2 <= shortest <= longest <= max_char_ngram, or {0, 0} for none.
    NgramRange chars{0, 0};
    TokenPattern token_pattern = TokenPattern::two_or_more;

    bool has_chars() const { return chars.longest != 0; }
};
inline constexpr std::uint32_t max_ngram = 3;
inline constexpr std::uint32_t max_char_ngram = 6;

/// Hashes the n-grams of one text after another. Scratch memory as in WordCutter.
class NgramHasher {
public:
    NgramHasher(const NgramOptions& options, std::size_t max_units);

    /// All n-grams, duplicates included: of words, the shortest ones first, each length in text order; then
    /// of characters, word by word. Valid until the next call. `surface` as in WordCutter::cut.
    std::span<const std::uint64_t> hash(std::u16string_view text, float* surface = nullptr);

    /// Words and single spaces for the last text's n-gram `index`; "#" and the characters if it is one of
    /// those. "#", "<" and ">" are in no word, so that no two n-grams have the same term.
    std::string term(std::size_t index) const;

    /// Of the last text's words.
    std::span<const std::uint64_t> word_hashes() const { return {hashes_.get(), words_.size()}; }

    const WordCutter& cutter() const { return cutter_; }
    WordCutter& cutter() { return cutter_; }
    /// What hash() gives at most for texts up to max_units.
    std::size_t most_ngrams() const { return most_ngrams_; }

private:
    struct CharGram {
        std::uint32_t start;
        std::uint32_t end;
        /// Whether "<" and ">" belong to it.
        bool opens;
        bool closes;
    };

    std::size_t hash_chars(std::size_t at);
    void hash_chars(WordCutter::Word word, std::size_t& at);

    NgramOptions options_;
    WordCutter cutter_;
    std::size_t most_ngrams_;
    std::span<const WordCutter::Word> words_;
    /// Of the last text: where the n-grams given back begin, and where those of characters do.
    std::size_t first_ = 0;
    std::size_t first_char_ = 0;
    std::unique_ptr<std::uint64_t[]> hashes_;
    std::unique_ptr<CharGram[]> chars_;
    /// Where each code point of the word in hand begins, and where the last one ends.
    std::unique_ptr<std::uint32_t[]> points_;
};

/// Hash of a term in the form that NgramHasher::term gives. Equals that of the same n-gram in a text.
std::uint64_t hash_term(std::string_view term);

}  // namespace pointsman
