// The hash + gather floor: what any router over word 1-2-grams must do at least. Written for this bench alone
// and independent of the product: lower case and word boundaries, a 64-bit hash of every word and pair, and
// one 32-byte row of int16 added for every n-gram, with the rows' places known beforehand. It looks nothing
// up, compares no key, has no norm, no scores and no policy. ASCII rules: of a unit beyond ASCII only the low
// bits are seen.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace bench {

class Floor {
public:
    static constexpr std::size_t row_lanes = 16;

    /// `rows` of the table, so that it fills the caches as a router of as many terms does.
    Floor(std::size_t rows, std::size_t max_units);

    /// Lower-cases and finds the words of at least two characters. Returns how many.
    std::size_t cut(std::u16string_view text);
    /// The same, then hashes words and pairs. Returns how many n-grams.
    std::size_t hash(std::u16string_view text);
    /// Adds the rows of these n-grams.
    void add(std::span<const std::uint32_t> places);
    /// hash() and add(): the floor.
    void run(std::u16string_view text, std::span<const std::uint32_t> places);

    /// Of the last text: words first, then pairs. The hash of the place where its row lies.
    std::span<const std::uint64_t> hashes() const { return {hashes_.get(), count_}; }
    std::uint32_t place(std::uint64_t hash) const { return static_cast<std::uint32_t>(hash % rows_); }
    const std::int32_t* sums() const { return sums_; }
    static const char* instructions();

private:
    std::size_t rows_;
    std::size_t count_ = 0;
    std::unique_ptr<std::uint8_t[]> lowered_;
    std::unique_ptr<std::uint64_t[]> masks_;
    std::unique_ptr<std::uint32_t[]> edges_;
    std::unique_ptr<std::uint64_t[]> hashes_;
    std::unique_ptr<std::int16_t[]> storage_;
    std::int16_t* table_;
    alignas(64) std::int32_t sums_[row_lanes] = {};
};

}  // namespace bench
