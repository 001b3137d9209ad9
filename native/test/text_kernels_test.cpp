// Every text kernel of every instruction set that this machine has, against plain code: all small lengths,
// starts that are not aligned.
#include "simd/kernels.h"

#include <algorithm>
#include <array>
#include <vector>

#include "check.h"
#include "core/hash.h"

using namespace pointsman;
using test::below;

namespace {

void test_narrow(const Kernels& simd, Random& random) {
    for (std::size_t n = 0; n < 200; ++n) {
        for (std::size_t start = 0; start < 4; ++start) {
            std::vector<char16_t> text(start + n);
            for (auto& unit : text) unit = static_cast<char16_t>(below(random, 128));
            const bool has_wide = n > 0 && below(random, 2) == 1;
            const std::size_t wide = n > 0 ? below(random, n) : 0;
            if (has_wide) text[start + wide] = static_cast<char16_t>(128 + below(random, 0xff80));
            std::vector<std::uint8_t> out(start + n + narrow_block);
            const std::size_t copied = simd.text.narrow(text.data() + start, n, out.data() + start);
            CHECK(copied == (has_wide ? wide / narrow_block * narrow_block : n));
            for (std::size_t i = start; i < start + copied; ++i) CHECK(out[i] == text[i]);
        }
    }
}

bool is_word(std::uint8_t byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte == '_' || byte >= 0x80;
}

void test_edges(const Kernels& simd, Random& random) {
    for (std::size_t n = 0; n < 400; ++n) {
        for (std::size_t start = 0; start < 4; ++start) {
            std::vector<std::uint8_t> bytes(start + n + text_padding, ' ');
            const std::size_t alphabet = below(random, 2) == 1 ? 256 : 3;
            for (std::size_t i = start; i < start + n; ++i) {
                bytes[i] =
                    static_cast<std::uint8_t>(alphabet == 3 ? "A .z"[below(random, 4)] : below(random, 256));
            }
            std::vector<std::uint8_t> lower = bytes;
            std::vector<std::uint32_t> expected;
            bool inside = false;
            for (std::size_t i = start; i <= start + n; ++i) {
                if (lower[i] >= 'A' && lower[i] <= 'Z') lower[i] = static_cast<std::uint8_t>(lower[i] + 32);
                if (is_word(lower[i]) != inside) expected.push_back(static_cast<std::uint32_t>(i - start));
                inside = is_word(lower[i]);
            }
            std::vector<std::uint32_t> out(n + 2 + 2 * text_padding);
            const std::size_t count = simd.text.edges(bytes.data() + start, n, out.data());
            out.resize(count);
            CHECK(out == expected);
            CHECK(bytes == lower);
        }
    }
}

/// Pairs of edges at random, against the hash of the baseline.
void test_hash(const Kernels& simd, Random& random, bool keeps_single) {
    for (std::size_t n = 0; n < 200; ++n) {
        std::vector<std::uint8_t> bytes(40 * n + 16, 'x');
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(1 + below(random, 255));
        std::vector<std::uint32_t> edges, kept;
        std::vector<std::uint64_t> expected;
        for (std::size_t i = 0; i < n; ++i) {
            const auto start = static_cast<std::uint32_t>(40 * i);
            // Leads of one to four bytes; the shortest words are those code points alone.
            bytes[start] = std::array<std::uint8_t, 4>{'a', 0xC3, 0xE6, 0xF0}[below(random, 4)];
            const unsigned point = bytes[start] < 0x80    ? 1
                                   : bytes[start] == 0xC3 ? 2
                                   : bytes[start] == 0xE6 ? 3
                                                          : 4;
            const auto end = static_cast<std::uint32_t>(start + point + below(random, 36));
            edges.insert(edges.end(), {start, end});
            if (end == start + point && !keeps_single) continue;
            kept.insert(kept.end(), {start, end});
            expected.push_back(baseline::hash_word(bytes.data() + start, end - start));
        }
        std::vector<std::uint64_t> hashes(n + 1);
        hashes.resize(simd.text.hash(bytes.data(), edges.data(), edges.size(), keeps_single, hashes.data()));
        edges.resize(2 * hashes.size());
        CHECK(hashes == expected);
        CHECK(edges == kept);
    }
}

/// Words of every length, at every alignment of an eight-byte load, with anything behind them.
void test_word_lengths(const Kernels& simd, Random& random) {
    for (std::uint32_t n = 1; n <= 100; ++n) {
        for (std::uint32_t start = 0; start < 8; ++start) {
            std::vector<std::uint8_t> bytes(start + n + 16), padded(n + 16);
            for (auto& byte : bytes) byte = static_cast<std::uint8_t>('a' + below(random, 26));
            std::copy_n(bytes.data() + start, n, padded.data());
            std::array<std::uint32_t, 2> edges{start, start + n};
            std::array<std::uint64_t, 2> hashes{};
            CHECK(simd.text.hash(bytes.data(), edges.data(), 2, n == 1, hashes.data()) == 1);
            CHECK(hashes[0] == baseline::hash_word(padded.data(), n));
            // Any other byte gives another hash.
            padded[below(random, n)] ^= static_cast<std::uint8_t>(1 + below(random, 31));
            CHECK(hashes[0] != baseline::hash_word(padded.data(), n));
        }
    }
}

void test_append(const Kernels& simd, Random& random) {
    for (std::size_t n = 0; n < 100; ++n) {
        // As NgramHasher lays them out: what comes out follows the words.
        std::vector<std::uint64_t> hashes(3 * n);
        for (auto& hash : hashes) hash = random.next();
        const auto before = hashes;
        simd.text.append(hashes.data(), hashes.data() + n, n, hashes.data() + 2 * n);
        for (std::size_t i = 0; i < 2 * n; ++i) CHECK(hashes[i] == before[i]);
        for (std::size_t i = 0; i < n; ++i) CHECK(hashes[2 * n + i] == hash_append(before[i], before[n + i]));
    }
}

}  // namespace

int main(int argc, char** argv) {
    Random random = test::seeded(argc, argv);
    const auto tables = available_kernels();
    CHECK(!tables.empty());
    for (const Kernels* simd : tables) {
        std::printf("%s\n", std::string(simd->name).c_str());
        test_narrow(*simd, random);
        test_edges(*simd, random);
        for (const bool keeps_single : {false, true}) test_hash(*simd, random, keeps_single);
        test_word_lengths(*simd, random);
        test_append(*simd, random);
    }
}
