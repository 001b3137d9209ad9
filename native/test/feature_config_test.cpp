// The feature configuration of a router file: what it says, and how each field is refused by name.
#include <string>

#include "check.h"
#include "pointsman/router_file.h"

using namespace pointsman;

namespace {

void test_good() {
    const FeatureConfig least = parse_feature_config(R"({"words":[1,1],"sublinear_tf":false,"norm":"l2"})");
    CHECK(least.options.ngrams.words.shortest == 1 && least.options.ngrams.words.longest == 1);
    CHECK(!least.options.ngrams.has_chars() && least.hash_bits == 0);
    CHECK(!least.options.sublinear_tf && least.options.norm == Norm::l2);
    CHECK(least.options.ngrams.token_pattern == TokenPattern::two_or_more);
    const auto pattern = [](const char* config) {
        return parse_feature_config(config).options.ngrams.token_pattern;
    };
    CHECK(pattern(R"({"words":[1,1],"sublinear_tf":false,"norm":"l2","token_pattern":"\\w\\w+"})") ==
          TokenPattern::two_or_more);
    CHECK(pattern(R"({"token_pattern":"\\w+","words":[1,1],"sublinear_tf":false,"norm":"l2"})") ==
          TokenPattern::one_or_more);
    const FeatureConfig most = parse_feature_config(
        R"({"norm":"occurrence","hash_bits":24,"chars":[2,6],"words":[2,3],"sublinear_tf":false})");
    CHECK(most.options.ngrams.words.shortest == 2 && most.options.ngrams.words.longest == 3);
    CHECK(most.options.ngrams.chars.shortest == 2 && most.options.ngrams.chars.longest == 6);
    CHECK(most.hash_bits == 24 && most.options.norm == Norm::occurrence);
    CHECK(parse_feature_config(R"({"words":[1,2],"sublinear_tf":true,"norm":"l2"})").options.sublinear_tf);
}

void refused(const std::string& reason, const char* config) {
    try {
        parse_feature_config(config);
        std::fprintf(stderr, "%s\n", config);
        CHECK(!"it was taken");
    } catch (const FormatError& error) {
        if (!std::string(error.what()).starts_with(reason))
            std::fprintf(stderr, "%s\n%s\n", config, error.what());
        CHECK(std::string(error.what()).starts_with(reason));
    }
}

void test_bad() {
    const std::string of = " of the feature configuration is ";
    refused("the feature configuration is not JSON: ", "");
    refused("the feature configuration is not JSON: ", "{\"words\":[1,2}");
    refused("the feature configuration is not an object", "[1]");
    refused("\"words\"" + of + "missing", "{}");
    for (const char* config :
         {R"({"words":1})", R"({"words":[1]})", R"({"words":[1,1,1]})", R"({"words":"12"})"})
        refused("\"words\"" + of + "not two numbers", config);
    for (const char* config : {R"({"words":[0,1]})", R"({"words":[4,4]})", R"({"words":[-1,1]})",
                               R"({"words":[1.5,2]})", R"({"words":["1",2]})", R"({"words":[1e0,2]})"})
        refused("\"words\"" + of + "not from 1 to 3, ascending", config);
    refused("\"words\"" + of + "not from 2 to 3, ascending", R"({"words":[2,1]})");
    refused("\"words\"" + of + "not from 1 to 3, ascending", R"({"words":[1,4294967297]})");
    refused("\"chars\"" + of + "not two numbers", R"({"words":[1,2],"chars":3})");
    refused("\"chars\"" + of + "not from 2 to 6, ascending", R"({"words":[1,2],"chars":[1,3]})");
    refused("\"chars\"" + of + "not from 3 to 6, ascending", R"({"words":[1,2],"chars":[3,7]})");
    refused("\"token_pattern\"" + of + "not text", R"({"words":[1,2],"token_pattern":1})");
    for (const char* config :
         {R"({"words":[1,2],"token_pattern":""})", R"({"words":[1,2],"token_pattern":"w+"})"})
        refused("\"token_pattern\" is neither", config);
    for (const char* config : {R"({"words":[1,2],"hash_bits":3})", R"({"words":[1,2],"hash_bits":25})",
                               R"({"words":[1,2],"hash_bits":"9"})", R"({"words":[1,2],"hash_bits":null})"})
        refused("\"hash_bits\"" + of + "not from 4 to 24", config);
    refused("\"sublinear_tf\"" + of + "missing", R"({"words":[1,2]})");
    refused("\"sublinear_tf\"" + of + "neither true nor false", R"({"words":[1,2],"sublinear_tf":0})");
    refused("\"norm\"" + of + "missing", R"({"words":[1,2],"sublinear_tf":true})");
    refused("\"norm\"" + of + "not text", R"({"words":[1,2],"sublinear_tf":true,"norm":2})");
    refused("\"norm\" is neither", R"({"words":[1,2],"sublinear_tf":true,"norm":"l1"})");
    refused("sublinear counts need the norm \"l2\"",
            R"({"words":[1,2],"sublinear_tf":true,"norm":"occurrence"})");
    refused("the feature configuration has a field that is not known",
            R"({"words":[1,2],"sublinear_tf":true,"norm":"l2","stem":true})");
}

}  // namespace

int main() {
    test_good();
    test_bad();
}
