// The text that says how a router makes features is refused, or gives options within their limits.
#include "check.h"
#include "pointsman/router_file.h"

using namespace pointsman;

namespace {

bool is_in(NgramRange range, std::uint32_t least, std::uint32_t most) {
    return least <= range.shortest && range.shortest <= range.longest && range.longest <= most;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FeatureConfig config;
    try {
        config = parse_feature_config({reinterpret_cast<const char*>(data), size});
    } catch (const FormatError& error) {
        CHECK(error.what()[0] != '\0');
        return 0;
    }
    const auto& [ngrams, sublinear_tf, norm] = config.options;
    CHECK(is_in(ngrams.words, 1, max_ngram));
    CHECK(!ngrams.has_chars() || is_in(ngrams.chars, 2, max_char_ngram));
    CHECK(config.hash_bits == 0 ||
          (config.hash_bits >= TermIndex::least_hash_bits && config.hash_bits <= TermIndex::most_hash_bits));
    CHECK(norm == Norm::l2 || !sublinear_tf);
    return 0;
}
