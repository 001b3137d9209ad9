// Any bytes: what is taken has words and as many finite numbers for each.
#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include "check.h"
#include "pointsman/word_vectors.h"

using namespace pointsman;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
    try {
        const WordVectors found = read_word_vectors(in, 100, {});
        const std::size_t words = found.terms().size();
        CHECK(words >= 1 && words <= 100);
        CHECK(found.vectors.size() == words * found.dimensions);
        CHECK(std::all_of(found.vectors.begin(), found.vectors.end(),
                          [](float x) { return std::isfinite(x); }));
    } catch (const std::invalid_argument&) {
    }
    return 0;
}
