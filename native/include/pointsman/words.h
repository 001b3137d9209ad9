// Words of a text, as scikit-learn's analyzer finds them: runs of \w in text.lower().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace pointsman {

/// Which runs of \w are words.
enum class TokenPattern {
    /// Those of at least two code points: scikit-learn's default.
    two_or_more,
    /// All.
    one_or_more,
};

/// "\w\w+" and "\w+": scikit-learn's token_pattern without the (?u)\b and \b round it.
std::optional<TokenPattern> find_token_pattern(std::string_view name);

/// Cuts one text after another into words. Holds the scratch memory, so that texts up to `max_units` cost no
/// allocation once used; not for two threads at once. A longer text must be shortened or a larger cutter
/// made.
///
/// Lower case and \w are those of Python 3.11 (Unicode 14), final sigma and U+0130 included. Lone surrogates
/// and NUL are no word characters. Words are UTF-8; offsets are into `bytes()`.
class WordCutter {
public:
    struct Word {
        std::uint32_t start;
        std::uint32_t end;
    };

    explicit WordCutter(std::size_t max_units, TokenPattern pattern = TokenPattern::two_or_more);

    /// The words stay valid until the next call. Their hashes go to `hashes`, which has room for
    /// most_words() + 1; the surface features of the text to `surface`, unless that is null.
    std::span<const Word> cut(std::u16string_view text, std::uint64_t* hashes, float* surface = nullptr);
    /// The first half of that: lowers the text and finds where runs of \w begin and end, those of one code
    /// point included. Returns their number.
    std::size_t find_edges(std::u16string_view text, float* surface = nullptr);

    /// In max_units. A word of two code points takes two units; U+0130 alone is a word and a gap.
    std::size_t most_words() const {
        return pattern_ == TokenPattern::two_or_more ? max_units_ / 2 : max_units_;
    }

    /// Lower-cased text; 16 bytes past any word's start and end may be read.
    const std::uint8_t* bytes() const { return bytes_.get(); }
    std::string_view view(Word word) const {
        return {reinterpret_cast<const char*>(bytes_.get()) + word.start, word.end - word.start};
    }
    std::size_t max_units() const { return max_units_; }

private:
    std::size_t max_units_;
    TokenPattern pattern_;
    std::unique_ptr<std::uint8_t[]> bytes_;
    std::unique_ptr<std::uint32_t[]> edges_;
};

}  // namespace pointsman
