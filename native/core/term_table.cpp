#include "pointsman/term_table.h"

#include <bit>
#include <stdexcept>
#include <string>

#include "pointsman/ngrams.h"
#include "simd/kernels.h"

namespace pointsman {

// On average a bucket is a quarter to half full, so that hardly any chain leaves its bucket.
TermTable::TermTable(const TermList& terms)
    : size_(terms.size()),
      mask_(std::bit_ceil(size_ / (bucket_slots / 2) + 1) - 1),
      slots_((mask_ + 1) * bucket_slots) {
    for (std::size_t row = 0; row < size_; ++row) {
        const auto* text = reinterpret_cast<const char*>(terms.bytes.data()) + terms.offsets[row];
        const std::uint64_t hash = hash_term({text, terms.offsets[row + 1] - terms.offsets[row]});
        const std::uint64_t tag = tag_of(hash);
        std::size_t slot = (hash & mask_) * bucket_slots;
        while (slots_[slot] != 0) {
            if ((slots_[slot] & ~row_mask) == tag) {
                throw std::invalid_argument("term " + std::to_string(row) + " repeats term " +
                                            std::to_string((slots_[slot] & row_mask) - 1));
            }
            slot = (slot + 1) % slots_.size();
        }
        slots_[slot] = tag | (row + 1);
    }
}

std::size_t TermTable::find(std::span<const std::uint64_t> hashes, std::uint32_t* rows) const {
    return kernels().text.probe(slots_.data(), mask_, hashes.data(), hashes.size(), rows);
}

}  // namespace pointsman
