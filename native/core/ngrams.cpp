#include "pointsman/ngrams.h"

#include <algorithm>
#include <vector>

#include "core/hash.h"

namespace pointsman {

// A word takes at least two units.
NgramHasher::NgramHasher(NgramRange range, std::size_t max_units)
    : range_(range),
      cutter_(max_units),
      hashes_(std::make_unique_for_overwrite<std::uint64_t[]>(range.longest * (max_units / 2 + 1))) {}

template <typename Touch>
std::span<const std::uint64_t> NgramHasher::hash_all(std::u16string_view text, Touch touch) {
    words_ = cutter_.cut(text);
    const std::size_t count = words_.size();
    std::uint64_t* grams = hashes_.get();
    for (std::size_t i = 0; i < count; ++i) {
        grams[i] = hash_word(cutter_.bytes() + words_[i].start, words_[i].end - words_[i].start);
        touch(grams[i]);
    }
    std::size_t first = 0;
    std::size_t end = count;
    const std::uint64_t* shorter = grams;
    for (std::uint32_t n = 2; n <= range_.longest; ++n) {
        const std::size_t here = count >= n ? count - n + 1 : 0;
        std::uint64_t* out = grams + end;
        for (std::size_t i = 0; i < here; ++i) {
            out[i] = hash_append(shorter[i], grams[i + n - 1]);
            touch(out[i]);
        }
        if (n == range_.shortest) first = end;
        shorter = out;
        end += here;
    }
    return {grams + first, end - first};
}

std::span<const std::uint64_t> NgramHasher::hash(std::u16string_view text) {
    return hash_all(text, [](std::uint64_t) {});
}

std::span<const std::uint64_t> NgramHasher::hash(std::u16string_view text, const TermTable& table) {
    return hash_all(text, [&](std::uint64_t hash) { table.prefetch(hash); });
}

std::uint64_t hash_term(std::string_view term) {
    std::uint64_t gram = 0;
    std::vector<std::uint8_t> padded;
    for (std::size_t start = 0; start <= term.size();) {
        const std::size_t end = std::min(term.find(' ', start), term.size());
        // hash_word reads past the end of a word.
        padded.assign(end - start + 16, 0);
        std::copy(term.begin() + static_cast<std::ptrdiff_t>(start),
                  term.begin() + static_cast<std::ptrdiff_t>(end), padded.begin());
        const std::uint64_t word = hash_word(padded.data(), end - start);
        gram = start == 0 ? word : hash_append(gram, word);
        start = end + 1;
    }
    return gram;
}

}  // namespace pointsman
