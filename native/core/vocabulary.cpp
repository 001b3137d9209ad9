#include "pointsman/vocabulary.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "core/texts.h"

namespace pointsman {
namespace {

struct Term {
    std::uint64_t hash;
    std::uint64_t occurrences;
    std::uint32_t documents;
    std::uint32_t last_document;
    /// Where it occurred first, to be read again if the term is kept.
    std::uint32_t document;
    std::uint32_t index;
};

/// Terms by hash: open addressing, at most half full.
class Counter {
public:
    Counter() : slots_(1024) {}

    void count(std::span<const std::uint64_t> hashes, std::uint32_t document) {
        for (std::uint32_t i = 0; i < hashes.size(); ++i) {
            std::uint32_t& slot = find(hashes[i]);
            if (slot == 0) {
                terms_.push_back({hashes[i], 1, 1, document, document, i});
                slot = static_cast<std::uint32_t>(terms_.size());
                if (terms_.size() * 2 > slots_.size()) grow();
                continue;
            }
            Term& term = terms_[slot - 1];
            ++term.occurrences;
            term.documents += term.last_document != document;
            term.last_document = document;
        }
    }

    std::vector<Term> take_terms() { return std::move(terms_); }

private:
    std::uint32_t& find(std::uint64_t hash) {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = hash & mask;
        while (slots_[at] != 0 && terms_[slots_[at] - 1].hash != hash) at = (at + 1) & mask;
        return slots_[at];
    }

    void grow() {
        if (terms_.size() > UINT32_MAX / 4) throw std::length_error("the texts have more than 2^30 terms");
        slots_.assign(slots_.size() * 2, 0);
        for (std::size_t i = 0; i < terms_.size(); ++i)
            find(terms_[i].hash) = static_cast<std::uint32_t>(i + 1);
    }

    std::vector<Term> terms_;
    /// 1 + index of a term; 0 is free.
    std::vector<std::uint32_t> slots_;
};

struct NamedTerm {
    Term term;
    std::string text;
};

/// Reads the texts once more: only the terms that are kept cost memory for their names.
std::vector<NamedTerm> name(Texts texts, std::vector<Term>& terms, NgramHasher& hasher) {
    std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
        return a.document != b.document ? a.document < b.document : a.index < b.index;
    });
    std::vector<NamedTerm> named;
    named.reserve(terms.size());
    std::size_t read = texts.size();
    for (const Term& term : terms) {
        if (term.document != read) hasher.hash(texts[read = term.document]);
        named.push_back({term, hasher.term(term.index)});
    }
    return named;
}

void keep_most_frequent(std::vector<NamedTerm>& terms, std::size_t max_features) {
    const auto by_name = [](const NamedTerm& a, const NamedTerm& b) { return a.text < b.text; };
    std::sort(terms.begin(), terms.end(), by_name);
    if (terms.size() <= max_features) return;
    std::stable_sort(terms.begin(), terms.end(), [](const NamedTerm& a, const NamedTerm& b) {
        return a.term.occurrences > b.term.occurrences;
    });
    terms.resize(max_features);
    std::sort(terms.begin(), terms.end(), by_name);
}

}  // namespace

Vocabulary fit_vocabulary(Texts texts, const VocabularyOptions& options, const Progress& progress) {
    NgramHasher hasher(options.ngrams, longest(texts));
    Counter counter;
    const auto total = static_cast<std::uint32_t>(texts.size());
    for (std::uint32_t i = 0; i < total; ++i) {
        if (i % 256 == 0) report(progress, i, total);
        counter.count(hasher.hash(texts[i]), i);
    }
    std::vector<Term> terms = counter.take_terms();
    const double most = options.max_df * static_cast<double>(texts.size());
    std::erase_if(terms,
                  [&](const Term& term) { return term.documents < options.min_df || term.documents > most; });
    std::vector<NamedTerm> named = name(texts, terms, hasher);
    keep_most_frequent(named, options.max_features);
    Vocabulary vocabulary{.bytes = {}, .offsets = {0}, .document_frequency = {}};
    for (const auto& [term, text] : named) {
        vocabulary.bytes.insert(vocabulary.bytes.end(), text.begin(), text.end());
        if (vocabulary.bytes.size() > UINT32_MAX)
            throw std::length_error("the vocabulary is larger than 4 GiB");
        vocabulary.offsets.push_back(static_cast<std::uint32_t>(vocabulary.bytes.size()));
        vocabulary.document_frequency.push_back(term.documents);
    }
    report(progress, total, total);
    return vocabulary;
}

}  // namespace pointsman
