#include "pointsman/term_table.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <stdexcept>
#include <string>

#include "core/hash.h"
#include "pointsman/ngrams.h"

namespace pointsman {
namespace {

constexpr std::size_t terms_per_bucket = 4;
/// Multipliers are the odd 16-bit numbers.
constexpr std::uint32_t multiplier_limit = 65536;

void expect(bool is_so, const char* what) {
    if (!is_so) throw std::invalid_argument(what);
}

/// Nine tenths full: then a multiplier is found for every bucket within some hundred tries.
std::size_t places_for(std::size_t terms) { return terms + terms / 9 + 1; }

/// Terms sorted into buckets, the fullest bucket first: it is the hardest to place.
class Placing {
public:
    Placing(std::span<const std::uint64_t> hashes, std::size_t places)
        : hashes_(hashes),
          built_{.multipliers = std::vector<std::uint16_t>(
                     std::bit_ceil(std::max<std::size_t>(1, hashes.size() / terms_per_bucket)), 1),
                 .tags = std::vector<std::uint32_t>(places),
                 .place_of_term = std::vector<std::uint32_t>(hashes.size())},
          is_taken_(places) {
        sort_into_buckets();
    }

    bool place_all() {
        std::vector<std::uint32_t> order(built_.multipliers.size());
        std::iota(order.begin(), order.end(), 0u);
        std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return bucket(a).size() > bucket(b).size();
        });
        return std::all_of(order.begin(), order.end(), [&](std::uint32_t b) { return place(b); });
    }

    BuiltTermTable take() { return std::move(built_); }

private:
    void sort_into_buckets() {
        const std::uint64_t mask = built_.multipliers.size() - 1;
        begins_.resize(mask + 2);
        for (const std::uint64_t hash : hashes_) ++begins_[(hash & mask) + 1];
        std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
        terms_.resize(hashes_.size());
        std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
        for (std::size_t i = 0; i < hashes_.size(); ++i) {
            terms_[next[hashes_[i] & mask]++] = static_cast<std::uint32_t>(i);
        }
    }

    std::span<const std::uint32_t> bucket(std::size_t b) const {
        return std::span(terms_).subspan(begins_[b], begins_[b + 1] - begins_[b]);
    }

    bool place(std::uint32_t b) {
        const auto terms = bucket(b);
        refuse_twins(terms);
        for (std::uint32_t multiplier = 1; multiplier < multiplier_limit; multiplier += 2) {
            if (!fill(terms, multiplier)) continue;
            built_.multipliers[b] = static_cast<std::uint16_t>(multiplier);
            return true;
        }
        return terms.empty();
    }

    void refuse_twins(std::span<const std::uint32_t> terms) const {
        for (std::size_t i = 0; i < terms.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (hashes_[terms[i]] != hashes_[terms[j]]) continue;
                throw std::invalid_argument("term " + std::to_string(terms[i]) + " repeats term " +
                                            std::to_string(terms[j]));
            }
        }
    }

    /// Takes back what it has filled if one term finds its place taken.
    bool fill(std::span<const std::uint32_t> terms, std::uint32_t multiplier) {
        const auto places = static_cast<std::uint32_t>(built_.tags.size());
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const std::uint64_t hash = hashes_[terms[i]];
            const std::uint32_t place = place_of(hash, multiplier, places);
            if (!is_taken_[place]) {
                is_taken_[place] = true;
                built_.tags[place] = tag_of(hash);
                built_.place_of_term[terms[i]] = place;
                continue;
            }
            while (i-- > 0) {
                is_taken_[built_.place_of_term[terms[i]]] = false;
                built_.tags[built_.place_of_term[terms[i]]] = 0;
            }
            return false;
        }
        return true;
    }

    std::span<const std::uint64_t> hashes_;
    BuiltTermTable built_;
    std::vector<bool> is_taken_;
    /// Bucket b holds terms_[begins_[b] .. begins_[b + 1]).
    std::vector<std::uint32_t> begins_;
    std::vector<std::uint32_t> terms_;
};

}  // namespace

TermTable::TermTable(std::span<const std::uint16_t> multipliers, std::span<const std::uint32_t> tags)
    : multipliers(multipliers.data()), tags(tags.data()) {
    expect(std::has_single_bit(multipliers.size()), "the number of multipliers is not a power of two");
    expect(!tags.empty(), "the table of terms has no place");
    expect(multipliers.size() <= max_terms && tags.size() <= 4 * max_terms,
           "there are more terms than the table can number");
    bucket_mask = static_cast<std::uint32_t>(multipliers.size() - 1);
    places = static_cast<std::uint32_t>(tags.size());
}

BuiltTermTable build_term_table(std::span<const std::uint64_t> hashes) {
    expect(hashes.size() <= TermTable::max_terms, "there are more terms than the table can number");
    for (std::size_t places = places_for(hashes.size());; places += places / 4 + 1) {
        Placing placing(hashes, places);
        if (placing.place_all()) return placing.take();
    }
}

BuiltTermTable build_term_table(const TermList& terms) {
    std::vector<std::uint64_t> hashes(terms.size());
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const auto* text = reinterpret_cast<const char*>(terms.bytes.data()) + terms.offsets[i];
        hashes[i] = hash_term({text, terms.offsets[i + 1] - terms.offsets[i]});
    }
    return build_term_table(hashes);
}

}  // namespace pointsman
