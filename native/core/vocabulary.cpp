#include "pointsman/vocabulary.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace pointsman {
namespace {

struct Term {
    std::size_t text_start;
    std::uint32_t text_size;
    std::uint32_t documents = 0;
    std::uint64_t occurrences = 0;
    std::size_t last_document;
};

/// The hashes are well mixed already.
struct Identity {
    std::size_t operator()(std::uint64_t hash) const { return hash; }
};

class Counter {
public:
    Counter(std::span<const std::u16string_view> texts, NgramRange range) : hasher_(range, longest(texts)) {
        for (std::size_t document = 0; document < texts.size(); ++document) count(texts[document], document);
    }

    std::vector<Term> take_terms() { return std::move(terms_); }
    std::string_view text(const Term& term) const {
        return std::string_view(text_).substr(term.text_start, term.text_size);
    }

private:
    static std::size_t longest(std::span<const std::u16string_view> texts) {
        std::size_t units = 0;
        for (const auto text : texts) units = std::max(units, text.size());
        return units;
    }

    void count(std::u16string_view text, std::size_t document) {
        const auto hashes = hasher_.hash(text);
        const std::size_t words = hasher_.words().size();
        std::size_t at = 0;
        for (std::uint32_t n = hasher_.range().shortest; n <= hasher_.range().longest; ++n) {
            for (std::size_t i = 0; i + n <= words; ++i) count(hashes[at++], i, n, document);
        }
    }

    void count(std::uint64_t hash, std::size_t first_word, std::uint32_t n, std::size_t document) {
        const auto [entry, is_new] = index_.try_emplace(hash, terms_.size());
        if (is_new) terms_.push_back(remember(first_word, n, document));
        Term& term = terms_[entry->second];
        ++term.occurrences;
        if (is_new || term.last_document != document) ++term.documents;
        term.last_document = document;
    }

    Term remember(std::size_t first_word, std::uint32_t n, std::size_t document) {
        const std::size_t start = text_.size();
        for (std::size_t i = first_word; i < first_word + n; ++i) {
            if (i > first_word) text_ += ' ';
            text_ += hasher_.cutter().view(hasher_.words()[i]);
        }
        return {.text_start = start,
                .text_size = static_cast<std::uint32_t>(text_.size() - start),
                .last_document = document};
    }

    NgramHasher hasher_;
    std::unordered_map<std::uint64_t, std::size_t, Identity> index_;
    std::vector<Term> terms_;
    std::string text_;
};

}  // namespace

Vocabulary fit_vocabulary(std::span<const std::u16string_view> texts, const VocabularyOptions& options) {
    Counter counter(texts, options.ngrams);
    std::vector<Term> terms = counter.take_terms();
    const double most = options.max_df * static_cast<double>(texts.size());
    std::erase_if(terms,
                  [&](const Term& term) { return term.documents < options.min_df || term.documents > most; });
    const auto before = [&](const Term& a, const Term& b) { return counter.text(a) < counter.text(b); };
    std::sort(terms.begin(), terms.end(), before);
    if (terms.size() > options.max_features) {
        std::stable_sort(terms.begin(), terms.end(),
                         [](const Term& a, const Term& b) { return a.occurrences > b.occurrences; });
        terms.resize(options.max_features);
        std::sort(terms.begin(), terms.end(), before);
    }
    Vocabulary vocabulary{.bytes = {}, .offsets = {0}, .document_frequency = {}};
    for (const Term& term : terms) {
        const std::string_view text = counter.text(term);
        vocabulary.bytes.insert(vocabulary.bytes.end(), text.begin(), text.end());
        if (vocabulary.bytes.size() > UINT32_MAX)
            throw std::length_error("the vocabulary is larger than 4 GiB");
        vocabulary.offsets.push_back(static_cast<std::uint32_t>(vocabulary.bytes.size()));
        vocabulary.document_frequency.push_back(term.documents);
    }
    return vocabulary;
}

}  // namespace pointsman
