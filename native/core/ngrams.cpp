#include "pointsman/ngrams.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/hash.h"
#include "simd/kernels.h"

namespace pointsman {
namespace {

/// Keeps n-grams of characters apart from words with the same bytes.
std::uint64_t mark_chars(std::uint64_t hash, bool opens, bool closes) {
    return mix(hash, 0x8EBC6AF09C88C6E3u + 2 * (2 * opens + closes));
}

std::size_t most_word_ngrams(const NgramOptions& options, const WordCutter& cutter) {
    return options.words.longest * (cutter.most_words() + 1);
}

/// Of k >= 1 code points and two marks at most k + 1 <= 2 k n-grams have the same length, which is 2 or more.
std::size_t most_char_ngrams(const NgramOptions& options, std::size_t max_units) {
    return options.has_chars() ? (options.chars.longest - options.chars.shortest + 1) * 2 * max_units : 0;
}

}  // namespace

NgramHasher::NgramHasher(const NgramOptions& options, std::size_t max_units)
    : options_(options),
      cutter_(max_units, options.token_pattern),
      most_ngrams_(most_word_ngrams(options, cutter_) + most_char_ngrams(options, max_units)),
      hashes_(std::make_unique_for_overwrite<std::uint64_t[]>(most_ngrams_)),
      chars_(std::make_unique_for_overwrite<CharGram[]>(most_char_ngrams(options, max_units))),
      points_(std::make_unique_for_overwrite<std::uint32_t[]>(options.has_chars() ? max_units + 1 : 0)) {}

std::span<const std::uint64_t> NgramHasher::hash(std::u16string_view text, float* surface) {
    std::uint64_t* grams = hashes_.get();
    words_ = cutter_.cut(text, grams, surface);
    const std::size_t count = words_.size();
    std::size_t end = count;
    const std::uint64_t* shorter = grams;
    first_ = 0;
    for (std::uint32_t n = 2; n <= options_.words.longest; ++n) {
        const std::size_t here = count >= n ? count - n + 1 : 0;
        kernels().text.append(shorter, grams + n - 1, here, grams + end);
        if (n == options_.words.shortest) first_ = end;
        shorter = grams + end;
        end += here;
    }
    first_char_ = end;
    if (options_.has_chars()) end = hash_chars(end);
    return {grams + first_, end - first_};
}

std::size_t NgramHasher::hash_chars(std::size_t at) {
    for (const WordCutter::Word word : words_) hash_chars(word, at);
    return at;
}

void NgramHasher::hash_chars(WordCutter::Word word, std::size_t& at) {
    const std::uint8_t* bytes = cutter_.bytes();
    std::size_t count = 0;
    for (std::uint32_t i = word.start; i < word.end; ++i) {
        if ((bytes[i] & 0xC0) != 0x80) points_[count++] = i;
    }
    points_[count] = word.end;
    // Places of "<word>" : 0 is "<", count + 1 is ">".
    for (std::size_t n = options_.chars.shortest; n <= options_.chars.longest; ++n) {
        for (std::size_t place = 0; place + n <= count + 2; ++place) {
            const bool opens = place == 0;
            const bool closes = place + n == count + 2;
            const CharGram gram{points_[opens ? 0 : place - 1], points_[closes ? count : place + n - 1],
                                opens, closes};
            chars_[at - first_char_] = gram;
            hashes_[at++] =
                mark_chars(baseline::hash_word(bytes + gram.start, gram.end - gram.start), opens, closes);
        }
    }
}

std::string NgramHasher::term(std::size_t index) const {
    index += first_;
    std::string text;
    if (index >= first_char_) {
        const CharGram gram = chars_[index - first_char_];
        text += gram.opens ? "#<" : "#";
        text += cutter_.view({gram.start, gram.end});
        return gram.closes ? text + ">" : text;
    }
    std::uint32_t n = 1;
    for (std::size_t here = words_.size(); index >= here; here = words_.size() - n + 1) {
        index -= here;
        ++n;
    }
    for (std::size_t i = index; i < index + n; ++i) {
        if (i > index) text += ' ';
        text += cutter_.view(words_[i]);
    }
    return text;
}

namespace {

std::uint64_t hash_bytes(std::string_view word) {
    // hash_word reads past the end of a word.
    std::vector<std::uint8_t> padded(word.size() + 16);
    std::copy(word.begin(), word.end(), padded.begin());
    return baseline::hash_word(padded.data(), word.size());
}

}  // namespace

std::uint64_t hash_term(std::string_view term) {
    if (term.starts_with('#')) {
        term.remove_prefix(1);
        const bool opens = term.starts_with('<');
        const bool closes = term.ends_with('>');
        term.remove_prefix(opens);
        term.remove_suffix(closes);
        return term.empty() ? 0 : mark_chars(hash_bytes(term), opens, closes);
    }
    std::uint64_t gram = 0;
    for (std::size_t start = 0; start <= term.size();) {
        const std::size_t end = std::min(term.find(' ', start), term.size());
        if (end == start) return 0;
        const std::uint64_t word = hash_bytes(term.substr(start, end - start));
        gram = start == 0 ? word : hash_append(gram, word);
        start = end + 1;
    }
    return gram;
}

}  // namespace pointsman
