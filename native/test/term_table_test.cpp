// Every term is found at its own place and nothing else is; whatever a table's arrays hold, looking up in
// them is safe.
#include "pointsman/term_table.h"

#include <stdexcept>
#include <string>
#include <vector>

#include "check.h"
#include "pointsman/ngrams.h"
#include "pointsman/terms.h"

using namespace pointsman;

namespace {

/// The reason, or nothing if `work` goes through.
template <typename Work>
std::string refusal(Work work) {
    try {
        work();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

void test_size(Random& random, std::size_t size) {
    std::vector<std::uint64_t> hashes(size);
    for (auto& hash : hashes) hash = random.next();
    const BuiltTermTable built = build_term_table(hashes);
    CHECK(built.place_of_term.size() == size);
    const TermIndex index(built.view());
    CHECK(index.rows() == 1 + built.tags.size());
    std::vector<bool> is_taken(built.tags.size());
    for (const std::uint32_t place : built.place_of_term) {
        CHECK(place < built.tags.size());
        CHECK(!is_taken[place]);
        is_taken[place] = true;
    }
    std::vector<std::uint32_t> rows(size);
    index.find(hashes, rows.data());
    for (std::size_t i = 0; i < size; ++i) CHECK(rows[i] == 1 + built.place_of_term[i]);

    // Not one of a few thousand should look known: the odds for one are 2^-32.
    std::vector<std::uint64_t> unknown(4000);
    for (auto& hash : unknown) hash = random.next();
    rows.resize(unknown.size());
    index.find(unknown, rows.data());
    for (const std::uint32_t row : rows) CHECK(row == 0);
    // Room for what is free: a tenth, or what it takes to place the last ones.
    CHECK(built.tags.size() <= size + size / 2 + 2);
}

void test_terms() {
    const std::string_view text = "abaxbacd#<ab";
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    const std::vector<std::uint32_t> offsets{0, 2, 4, 8, 12};
    const BuiltTermTable built = build_term_table({bytes, offsets});
    const std::vector<std::uint64_t> hashes{hash_term("ab"), hash_term("ax"), hash_term("bacd"),
                                            hash_term("#<ab")};
    std::vector<std::uint32_t> rows(hashes.size());
    TermIndex(built.view()).find(hashes, rows.data());
    for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i] == 1 + built.place_of_term[i]);
    CHECK(build_term_table(TermList{}).tags.size() == 1);
}

void test_repetitions(Random& random) {
    const std::string_view text = "ababcab";
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    const std::vector<std::uint32_t> offsets{0, 2, 5, 7};
    CHECK(refusal([&] { build_term_table({bytes, offsets}); }) == "term 2 repeats term 0");
    std::vector<std::uint64_t> hashes(1000);
    for (auto& hash : hashes) hash = random.next();
    hashes[777] = hashes[123];
    CHECK(refusal([&] { build_term_table(hashes); }) == "term 777 repeats term 123");
}

/// Found by fuzzing: an odd multiple of a hash near 0 or 2^63 stays there.
void test_hashes_that_multiplying_does_not_move(Random& random) {
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint64_t> hashes(2 + test::below(random, 60));
        for (auto& hash : hashes) hash = random.next();
        hashes[0] = (std::uint64_t{1} << 63) - 1 - test::below(random, 1 << 20);
        hashes[1] = test::below(random, 1 << 20);
        const BuiltTermTable built = build_term_table(hashes);
        std::vector<std::uint32_t> rows(hashes.size());
        TermIndex(built.view()).find(hashes, rows.data());
        for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i] == 1 + built.place_of_term[i]);
    }
}

void test_hostile_sizes() {
    const auto refuse = [](std::size_t multipliers, std::size_t tags) {
        // Only the sizes are read.
        static const std::uint16_t multiplier = 1;
        static const std::uint32_t tag = 1;
        return refusal([&] { TermTable({&multiplier, multipliers}, {&tag, tags}); });
    };
    for (const std::size_t multipliers : {0u, 3u, 6u, 1000u})
        CHECK(refuse(multipliers, 9) == "the number of multipliers is not a power of two");
    CHECK(refuse(4, 0) == "the table of terms has no place");
    const std::string too_many = "there are more terms than the table can number";
    CHECK(refuse(1, 1).empty());
    CHECK(refuse(std::size_t{1} << 23, 3).empty());
    CHECK(refuse(std::size_t{1} << 24, 3) == too_many);
    CHECK(refuse(1, 4 * TermTable::max_terms).empty());
    CHECK(refuse(1, 4 * TermTable::max_terms + 1) == too_many);
    const std::uint64_t hash = 1;
    CHECK(refusal([&] { build_term_table(std::span(&hash, TermTable::max_terms + 1)); }) == too_many);
}

/// Rows stay inside the table, whatever the arrays hold: a sanitizer sees reads outside them.
void test_garbage(Random& random) {
    for (int round = 0; round < 300; ++round) {
        std::vector<std::uint16_t> multipliers(std::size_t{1} << test::below(random, 8));
        std::vector<std::uint32_t> tags(1 + test::below(random, 300));
        for (auto& x : multipliers)
            x = static_cast<std::uint16_t>(test::below(random, 2) == 0 ? 0 : random.next());
        // Small tags, so that many of the hashes below meet them.
        for (auto& tag : tags) tag = static_cast<std::uint32_t>(test::below(random, 3));
        std::vector<std::uint64_t> hashes(500);
        for (auto& hash : hashes) hash = random.next() << 32 | test::below(random, 3);
        hashes[0] = 0;
        hashes[1] = UINT64_MAX;
        const TermIndex index(TermTable(multipliers, tags));
        std::vector<std::uint32_t> rows(hashes.size());
        index.find(hashes, rows.data());
        for (const std::uint32_t row : rows) CHECK(row < index.rows());
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    for (const std::size_t size : {0u, 1u, 2u, 3u, 10u, 1000u, 100000u}) test_size(random, size);
    test_terms();
    test_repetitions(random);
    test_hashes_that_multiplying_does_not_move(random);
    test_hostile_sizes();
    test_garbage(random);
}
