#include "pointsman/word_vectors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/fold.h"
#include "core/line_reader.h"
#include "core/texts.h"
#include "core/utf16.h"
#include "pointsman/ngrams.h"
#include "pointsman/words.h"

namespace pointsman {
namespace {

using Fields = std::vector<std::string_view>;

void split(std::string_view line, Fields& fields) {
    constexpr std::string_view separators = " \t";
    fields.clear();
    for (std::size_t start = line.find_first_not_of(separators); start != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(separators, start), line.size());
        fields.push_back(line.substr(start, end - start));
        start = line.find_first_not_of(separators, end);
    }
}

template <typename Number>
std::optional<Number> parse(std::string_view field) {
    Number number;
    const char* end = field.data() + field.size();
    const auto [stop, error] = std::from_chars(field.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

/// The beginning of a field, to be shown.
std::string quote(std::string_view field) {
    std::string text = "\"";
    text.append(field.substr(0, 40));
    return text += field.size() > 40 ? "...\"" : "\"";
}

class Reading {
public:
    Reading(std::istream& in, std::size_t max_words)
        : lines_(in, WordVectors::max_line),
          max_words_(max_words),
          cutter_(WordVectors::max_word),
          folded_(WordVectors::max_word * max_bytes_per_unit),
          hashes_(cutter_.most_words() + 1) {}

    WordVectors read(const Progress& progress) {
        std::size_t entries = 0;
        while (kept() < max_words_) {
            const auto line = lines_.next();
            if (!line) break;
            if (lines_.number() % 1024 == 1)
                report(progress, static_cast<std::uint32_t>(kept()), static_cast<std::uint32_t>(max_words_));
            split(*line, fields_);
            if (lines_.number() == 1 && take_header()) continue;
            take_entry();
            ++entries;
        }
        if (kept() < max_words_ && entries < promised_) {
            lines_.fail("should be there: the header says " + std::to_string(promised_) +
                        " words but the file ends after " + std::to_string(entries));
        }
        if (kept() == 0) throw std::invalid_argument("there is no word in it that a prompt could have");
        return std::move(out_);
    }

private:
    std::size_t kept() const { return out_.offsets.size() - 1; }

    bool take_header() {
        if (fields_.size() != 2) return false;
        const auto words = parse<std::uint64_t>(fields_[0]);
        const auto dimensions = parse<std::uint64_t>(fields_[1]);
        if (!words || !dimensions) return false;
        promised_ = *words;
        set_dimensions(*dimensions);
        return true;
    }

    void set_dimensions(std::uint64_t dimensions) {
        if (dimensions < 1 || dimensions > WordVectors::max_dimensions) {
            lines_.fail("gives " + std::to_string(dimensions) + " dimensions; expected 1 to " +
                        std::to_string(WordVectors::max_dimensions));
        }
        out_.dimensions = dimensions;
    }

    void take_entry() {
        const std::size_t numbers = fields_.empty() ? 0 : fields_.size() - 1;
        if (out_.dimensions == 0) set_dimensions(numbers);
        // Some files have words with spaces inside; a number there is one too many.
        const std::size_t extra = numbers - std::min(numbers, out_.dimensions);
        if (numbers < out_.dimensions || (extra > 0 && parse<double>(fields_[extra]))) {
            lines_.fail("holds " + std::to_string(numbers) + " numbers; expected " +
                        std::to_string(out_.dimensions));
        }
        const std::size_t start = out_.vectors.size();
        for (std::size_t i = extra + 1; i < fields_.size(); ++i) out_.vectors.push_back(number(fields_[i]));
        const char* end = fields_[extra].data() + fields_[extra].size();
        if (!take_word({fields_[0].data(), end})) out_.vectors.resize(start);
    }

    float number(std::string_view field) const {
        const auto value = parse<double>(field);
        if (!value || !(std::abs(*value) <= WordVectors::max_magnitude))
            lines_.fail("holds " + quote(field) + "; expected a number from -1e6 to 1e6");
        return static_cast<float>(*value);
    }

    /// Whether it is one word, and new.
    bool take_word(std::string_view text) {
        if (!to_utf16(text, units_)) lines_.fail("is not valid UTF-8");
        const auto word = only_word();
        if (!word) {
            ++out_.skipped;
            return false;
        }
        if (!known_.emplace(*word).second) {
            ++out_.repeated;
            return false;
        }
        out_.bytes.insert(out_.bytes.end(), word->begin(), word->end());
        if (out_.bytes.size() > UINT32_MAX) throw std::length_error("the words are larger than 4 GiB");
        out_.offsets.push_back(static_cast<std::uint32_t>(out_.bytes.size()));
        return true;
    }

    /// The word that the tokenizer finds, if it is all there is.
    std::optional<std::string_view> only_word() {
        if (units_.size() > WordVectors::max_word) return std::nullopt;
        const std::size_t size = fold(units_, folded_.data());
        const auto words = cutter_.cut(units_, hashes_.data());
        const bool is_all = words.size() == 1 && words[0].start == 0 && words[0].end == size;
        return is_all ? std::optional(cutter_.view(words[0])) : std::nullopt;
    }

    LineReader lines_;
    std::size_t max_words_;
    WordCutter cutter_;
    std::vector<std::uint8_t> folded_;
    std::vector<std::uint64_t> hashes_;
    std::u16string units_;
    Fields fields_;
    std::uint64_t promised_ = 0;
    std::unordered_set<std::string> known_;
    WordVectors out_;
};

}  // namespace

WordVectors read_word_vectors(std::istream& in, std::size_t max_words, const Progress& progress) {
    return Reading(in, max_words).read(progress);
}

std::vector<float> pool_word_vectors(std::span<const std::u16string_view> texts, const TermList& terms,
                                     std::span<const float> vectors, std::size_t dimensions) {
    std::unordered_map<std::uint64_t, std::size_t> row_of;
    for (std::size_t row = 0; row < terms.size(); ++row) {
        const auto* text = reinterpret_cast<const char*>(terms.bytes.data()) + terms.offsets[row];
        row_of.emplace(hash_term({text, terms.offsets[row + 1] - terms.offsets[row]}), row);
    }
    WordCutter cutter(longest(texts));
    std::vector<std::uint64_t> hashes(cutter.most_words() + 1);
    std::vector<float> pooled(texts.size() * dimensions);
    std::vector<double> sums(dimensions);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::fill(sums.begin(), sums.end(), 0);
        std::size_t known = 0;
        const std::size_t words = cutter.cut(texts[i], hashes.data()).size();
        for (std::size_t k = 0; k < words; ++k) {
            const auto found = row_of.find(hashes[k]);
            if (found == row_of.end()) continue;
            ++known;
            const float* vector = vectors.data() + found->second * dimensions;
            for (std::size_t j = 0; j < dimensions; ++j) sums[j] += vector[j];
        }
        for (std::size_t j = 0; j < dimensions && known > 0; ++j)
            pooled[i * dimensions + j] = static_cast<float>(sums[j] / static_cast<double>(known));
    }
    return pooled;
}

}  // namespace pointsman
