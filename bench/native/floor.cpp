#include "floor.h"

#include <immintrin.h>

#include <cstring>

namespace bench {
namespace {

/// Bytes that may be read and written past a text.
constexpr std::size_t padding = 64;

/// Lower case of word characters, 0 for everything else.
alignas(64) constexpr auto word_map = [] {
    struct Map {
        std::uint8_t lower[128];
    } map{};
    for (unsigned c = 0; c < 128; ++c) {
        const bool capital = c >= 'A' && c <= 'Z';
        const bool word = capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        map.lower[c] = static_cast<std::uint8_t>(capital ? c + 32 : word ? c : 0);
    }
    return map;
}();

/// 16 bytes from `head + 16 - n` on keep the first n bytes of a vector.
alignas(64) constexpr auto head = [] {
    struct Bytes {
        std::uint8_t mask[32];
    } bytes{};
    for (unsigned i = 0; i < 16; ++i) bytes.mask[i] = 0xff;
    return bytes;
}();

const bool has_avx512 = __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vbmi");

/// Bits of words of one character, given those before and behind the block.
inline std::uint64_t lone(std::uint64_t word, std::uint64_t before, std::uint64_t behind) {
    return word & ~(word << 1 | before >> 63) & ~(word >> 1 | behind << 63);
}

inline std::uint64_t edges_of(const std::uint64_t* masks, std::size_t block, std::uint64_t& carry) {
    const std::uint64_t word = masks[block] & ~lone(masks[block], masks[block - 1], masks[block + 1]);
    const std::uint64_t edge = word ^ (word << 1 | carry);
    carry = word >> 63;
    return edge;
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt"))) std::size_t
cut_avx512(std::u16string_view text, std::uint8_t* lowered, std::uint64_t* masks, std::uint32_t* edges) {
    const __m512i map_0 = _mm512_load_si512(word_map.lower);
    const __m512i map_1 = _mm512_load_si512(word_map.lower + 64);
    alignas(64) static constexpr auto iota = [] {
        struct Bytes {
            std::uint8_t even[64], place[64];
        } bytes{};
        for (unsigned i = 0; i < 64; ++i) {
            bytes.even[i] = static_cast<std::uint8_t>(2 * i);
            bytes.place[i] = static_cast<std::uint8_t>(i);
        }
        return bytes;
    }();
    const __m512i even = _mm512_load_si512(iota.even);
    const __m512i place = _mm512_load_si512(iota.place);
    const std::size_t blocks = text.size() / 64 + 1;
    for (std::size_t block = 0; block < blocks; ++block) {
        const char16_t* units = text.data() + 64 * block;
        const std::size_t left = text.size() - 64 * block;
        const std::uint64_t valid =
            left >= 64 ? ~std::uint64_t{0} : _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(left));
        const __m512i low = _mm512_maskz_loadu_epi16(static_cast<__mmask32>(valid), units);
        const __m512i high = _mm512_maskz_loadu_epi16(static_cast<__mmask32>(valid >> 32), units + 32);
        const __m512i bytes = _mm512_permutex2var_epi8(low, even, high);
        const __m512i lower = _mm512_permutex2var_epi8(map_0, bytes, map_1);
        _mm512_storeu_si512(lowered + 64 * block, lower);
        masks[block] = _mm512_test_epi8_mask(lower, lower);
    }
    masks[blocks] = 0;
    std::size_t count = 0;
    std::uint64_t carry = 0;
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::uint64_t edge = edges_of(masks, block, carry);
        const __m512i listed = _mm512_maskz_compress_epi8(edge, place);
        const __m512i base = _mm512_set1_epi32(static_cast<int>(64 * block));
        const auto here = static_cast<std::size_t>(__builtin_popcountll(edge));
        // Words of at least two characters and the gaps between them leave at most 43 edges.
        _mm512_storeu_si512(edges + count,
                            _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(listed))));
        _mm512_storeu_si512(
            edges + count + 16,
            _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(listed, 1))));
        if (here > 32) {
            _mm512_storeu_si512(
                edges + count + 32,
                _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(listed, 2))));
        }
        count += here;
    }
    return count / 2;
}

__attribute__((target("avx2,bmi,bmi2,popcnt"))) std::size_t cut_avx2(std::u16string_view text,
                                                                     std::uint8_t* lowered,
                                                                     std::uint64_t* masks,
                                                                     std::uint32_t* edges) {
    const auto between = [](__m256i bytes, char low, char high) __attribute__((target("avx2"))) {
        return _mm256_and_si256(_mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(static_cast<char>(low - 1))),
                                _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(high + 1)), bytes));
    };
    const std::size_t blocks = text.size() / 64 + 1;
    for (std::size_t block = 0; block < blocks; ++block) {
        alignas(32) char16_t tail[64] = {};
        const char16_t* units = text.data() + 64 * block;
        const std::size_t left = text.size() - 64 * block;
        if (left < 64) units = static_cast<const char16_t*>(std::memcpy(tail, units, 2 * left));
        std::uint64_t word = 0;
        for (std::size_t half = 0; half < 2; ++half) {
            const auto* source = reinterpret_cast<const __m256i*>(units + 32 * half);
            const __m256i bytes = _mm256_permute4x64_epi64(
                _mm256_packus_epi16(_mm256_loadu_si256(source), _mm256_loadu_si256(source + 1)), 0xd8);
            const __m256i folded = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
            const __m256i letter = between(folded, 'a', 'z');
            const __m256i other =
                _mm256_or_si256(between(bytes, '0', '9'), _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('_')));
            const __m256i lower = _mm256_blendv_epi8(bytes, folded, letter);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(lowered + 64 * block + 32 * half), lower);
            const auto mask =
                static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(letter, other)));
            word |= static_cast<std::uint64_t>(mask) << (32 * half);
        }
        masks[block] = word;
    }
    masks[blocks] = 0;
    std::size_t count = 0;
    std::uint64_t carry = 0;
    for (std::size_t block = 0; block < blocks; ++block) {
        std::uint64_t edge = edges_of(masks, block, carry);
        const auto here = static_cast<std::size_t>(__builtin_popcountll(edge));
        // Four at a time without asking whether there are as many; what is too much is overwritten.
        for (std::size_t done = 0; done < here; done += 4) {
            for (std::size_t i = 0; i < 4; ++i) {
                edges[count + done + i] = static_cast<std::uint32_t>(64 * block + _tzcnt_u64(edge));
                edge = _blsr_u64(edge);
            }
        }
        count += here;
    }
    return count / 2;
}

/// Two rounds of AES over the first 16 bytes and the length; more for a longer word.
__attribute__((target("sse4.1,aes"))) inline __m128i hash_word(const std::uint8_t* p, std::size_t n) {
    const __m128i key = _mm_set_epi64x(0x452821E638D01377, 0x243F6A8885A308D3);
    __m128i state = _mm_xor_si128(key, _mm_cvtsi64_si128(static_cast<long long>(n)));
    for (; __builtin_expect(n > 16, 0); p += 16, n -= 16) {
        state =
            _mm_aesenc_si128(_mm_xor_si128(state, _mm_loadu_si128(reinterpret_cast<const __m128i*>(p))), key);
    }
    const __m128i kept = _mm_loadu_si128(reinterpret_cast<const __m128i*>(head.mask + 16 - n));
    const __m128i bytes = _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), kept);
    return _mm_aesenc_si128(_mm_aesenc_si128(_mm_xor_si128(bytes, state), key), state);
}

/// Words to hashes[0 ..], pairs behind them. Reads 16 bytes past each word.
__attribute__((target("sse4.1,aes"))) std::size_t hash_all(const std::uint8_t* bytes,
                                                           const std::uint32_t* edges, std::size_t words,
                                                           std::uint64_t* hashes) {
    if (words == 0) return 0;
    const auto low = [](__m128i state) { return static_cast<std::uint64_t>(_mm_cvtsi128_si64(state)); };
    __m128i last = hash_word(bytes + edges[0], edges[1] - edges[0]);
    hashes[0] = low(last);
    std::uint64_t* pairs = hashes + words;
    for (std::size_t i = 1; i < words; ++i) {
        const __m128i next = hash_word(bytes + edges[2 * i], edges[2 * i + 1] - edges[2 * i]);
        hashes[i] = low(next);
        pairs[i - 1] = low(_mm_aesenc_si128(last, next));
        last = next;
    }
    return 2 * words - 1;
}

__attribute__((target("avx512f,avx512bw"))) void add_avx512(const std::int16_t* table,
                                                            std::span<const std::uint32_t> places,
                                                            std::int32_t* sums) {
    const auto row = [&](std::size_t i) __attribute__((target("avx512f,avx512bw"))) {
        return _mm512_cvtepi16_epi32(
            _mm256_load_si256(reinterpret_cast<const __m256i*>(table + Floor::row_lanes * places[i])));
    };
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    std::size_t i = 0;
    for (; i + 4 <= places.size(); i += 4) {
        a = _mm512_add_epi32(a, row(i));
        b = _mm512_add_epi32(b, row(i + 1));
        c = _mm512_add_epi32(c, row(i + 2));
        d = _mm512_add_epi32(d, row(i + 3));
    }
    for (; i < places.size(); ++i) a = _mm512_add_epi32(a, row(i));
    _mm512_store_si512(sums, _mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d)));
}

__attribute__((target("avx2"))) void add_avx2(const std::int16_t* table,
                                              std::span<const std::uint32_t> places, std::int32_t* sums) {
    __m256i even[2] = {}, odd[2] = {};
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto* row = reinterpret_cast<const __m128i*>(table + Floor::row_lanes * places[i]);
        __m256i* into = i % 2 == 0 ? even : odd;
        into[0] = _mm256_add_epi32(into[0], _mm256_cvtepi16_epi32(_mm_load_si128(row)));
        into[1] = _mm256_add_epi32(into[1], _mm256_cvtepi16_epi32(_mm_load_si128(row + 1)));
    }
    for (std::size_t half = 0; half < 2; ++half) {
        _mm256_store_si256(reinterpret_cast<__m256i*>(sums) + half, _mm256_add_epi32(even[half], odd[half]));
    }
}

}  // namespace

Floor::Floor(std::size_t rows, std::size_t max_units)
    : rows_(rows),
      lowered_(std::make_unique<std::uint8_t[]>(max_units + 3 * padding)),
      masks_(std::make_unique<std::uint64_t[]>(max_units / 64 + 4)),
      edges_(std::make_unique<std::uint32_t[]>(max_units + 3 * padding)),
      hashes_(std::make_unique<std::uint64_t[]>(max_units + padding)),
      storage_(std::make_unique<std::int16_t[]>(rows * row_lanes + 32)) {
    void* start = storage_.get();
    std::size_t space = (rows * row_lanes + 32) * sizeof(std::int16_t);
    table_ =
        static_cast<std::int16_t*>(std::align(64, rows * row_lanes * sizeof(std::int16_t), start, space));
    for (std::size_t i = 0; i < rows * row_lanes; ++i)
        table_[i] = static_cast<std::int16_t>(i * 2654435761u >> 20);
}

std::size_t Floor::cut(std::u16string_view text) {
    // masks_[0] stays 0: the block before the first.
    return (has_avx512 ? cut_avx512 : cut_avx2)(text, lowered_.get(), masks_.get() + 1, edges_.get());
}

std::size_t Floor::hash(std::u16string_view text) {
    count_ = hash_all(lowered_.get(), edges_.get(), cut(text), hashes_.get());
    return count_;
}

void Floor::add(std::span<const std::uint32_t> places) {
    (has_avx512 ? add_avx512 : add_avx2)(table_, places, sums_);
}

void Floor::run(std::u16string_view text, std::span<const std::uint32_t> places) {
    hash(text);
    add(places);
}

const char* Floor::instructions() { return has_avx512 ? "avx512" : "avx2"; }

}  // namespace bench
