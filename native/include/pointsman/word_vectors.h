// Static word vectors from a text file (GloVe, word2vec, fastText's .vec), and their mean over a text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <span>
#include <string_view>
#include <vector>

#include "pointsman/progress.h"
#include "pointsman/term_table.h"

namespace pointsman {

struct WordVectors {
    static constexpr std::size_t max_dimensions = 4096;
    /// Of a number in a file: keeps sums and squares of floats finite.
    static constexpr double max_magnitude = 1e6;
    /// Bytes of a line.
    static constexpr std::size_t max_line = std::size_t{1} << 17;

    /// UTF-16 units of a word; longer ones are skipped.
    static constexpr std::size_t max_word = 256;

    std::size_t dimensions = 0;
    /// As in TermList, in the order of the file.
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint32_t> offsets{0};
    /// [words x dimensions]
    std::vector<float> vectors;
    /// Entries left out because they are an earlier word once more, or its other case.
    std::size_t repeated = 0;
    /// Entries left out because they are no word of two or more code points: marks, single letters, several
    /// words. So the token pattern of the n-grams is nothing to the vectors.
    std::size_t skipped = 0;

    TermList terms() const { return {bytes, offsets}; }
};

/// One word a line, then its numbers, separated by spaces or tabs; a first line of two whole numbers (words
/// and dimensions) is a header. Reads on until `max_words` words are kept: such files begin with the most
/// frequent ones. Words are lowered as the tokenizer does it; of equal ones the first is kept. Holds one line
/// and what it keeps.
///
/// Throws std::invalid_argument that begins with the number of the line, for anything but that: numbers that
/// are none, not finite or beyond max_magnitude, lines of another length, longer than max_line or not UTF-8,
/// fewer lines than the header says, no usable word at all. Reports words kept of max_words.
WordVectors read_word_vectors(std::istream& in, std::size_t max_words, const Progress& progress);

/// [texts x dimensions]: the mean of the vectors of a text's known words, repetitions included; zeros if it
/// has none. `vectors` is [terms x dimensions].
std::vector<float> pool_word_vectors(std::span<const std::u16string_view> texts, const TermList& terms,
                                     std::span<const float> vectors, std::size_t dimensions);

}  // namespace pointsman
