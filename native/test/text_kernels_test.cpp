// Every text kernel of every instruction set that this machine has, against plain code in doubles: all small
// lengths, starts that are not aligned.
#include "simd/kernels.h"

#include <algorithm>
#include <array>
#include <vector>

#include "check.h"
#include "pointsman/aligned.h"

using namespace pointsman;
using test::below;
using test::close;
using test::symmetric;

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

void test_probe(const Kernels& simd, Random& random) {
    // Crowded on purpose: chains leave their buckets, and go round the end.
    constexpr std::size_t buckets = 16;
    AlignedVector<std::uint64_t> slots(buckets * bucket_slots);
    std::vector<std::uint64_t> known;
    for (std::uint32_t row = 0; row < buckets * bucket_slots - 9; ++row) {
        known.push_back(random.next());
        std::size_t slot = known.back() % buckets * bucket_slots;
        while (slots[slot] != 0) slot = (slot + 1) % slots.size();
        slots[slot] = tag_of(known.back()) | (row + 1);
    }
    for (std::size_t n = 0; n < 300; ++n) {
        std::vector<std::uint64_t> hashes(n);
        std::vector<std::uint32_t> expected;
        for (auto& hash : hashes) {
            const std::size_t row = below(random, 2 * known.size());
            hash = row < known.size() ? known[row] : random.next();
            if (row < known.size()) expected.push_back(static_cast<std::uint32_t>(row));
        }
        std::vector<std::uint32_t> rows(n + 1);
        rows.resize(simd.text.probe(slots.data(), buckets - 1, hashes.data(), n, rows.data()));
        CHECK(rows == expected);
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
        test_probe(*simd, random);
    }
}
