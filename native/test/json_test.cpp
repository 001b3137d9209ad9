// What JSON says, what it does not allow, and what hostile input costs.
#include "core/json.h"

#include <string>
#include <vector>

#include "check.h"

using namespace pointsman;

namespace {

/// The reason, or nothing if the text was taken.
std::string refusal(std::string_view text) {
    try {
        json::parse(text);
    } catch (const FormatError& error) {
        return error.what();
    }
    return "";
}

std::string text_of(std::string_view json) { return *json::parse(json).as<std::string>(); }

json::Number number_of(std::string_view json) { return *json::parse(json).as<json::Number>(); }

void test_values() {
    CHECK(json::parse(" null\t").as<std::nullptr_t>());
    CHECK(*json::parse("true\n").as<bool>());
    CHECK(!*json::parse("\rfalse").as<bool>());
    CHECK(json::parse("[]").as<json::Array>()->empty());
    CHECK(json::parse("{ }").as<json::Object>()->members.empty());
    const auto root = json::parse(R"({"b":[1,[2],{"c":3}],"a":"x", "":null})");
    const auto& object = *root.as<json::Object>();
    CHECK(object.members.size() == 3);
    CHECK(*object.find("a")->as<std::string>() == "x");
    CHECK(object.find("")->as<std::nullptr_t>());
    CHECK(object.find("c") == nullptr);
    const auto& array = *object.find("b")->as<json::Array>();
    CHECK(array.size() == 3);
    CHECK(array[0].as<json::Number>()->whole == 1u);
    CHECK(array[0].as<std::string>() == nullptr);
    CHECK(array[2].as<json::Object>()->find("c")->as<json::Number>()->value == 3);
}

void test_numbers() {
    CHECK(number_of("-0.5e+1").value == -5);
    CHECK(number_of("1E-2").value == 0.01);
    CHECK(number_of("0").whole == 0u);
    CHECK(number_of("18446744073709551615").whole == UINT64_MAX);
    CHECK(!number_of("18446744073709551616").whole);
    CHECK(number_of("18446744073709551616").value == 0x1p64);
    CHECK(number_of("9007199254740993").whole == 9007199254740993u);
    for (const char* text : {"-1", "-0", "1.0", "1e3"}) CHECK(!number_of(text).whole);
    for (const char* text :
         {"01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "1e999", "-1e999"})
        CHECK(!refusal(text).empty());
}

void test_texts() {
    CHECK(text_of(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
    CHECK(text_of(R"("\u0041\u00e9\u65E5\ud83d\uDE00")") == "A\u00e9\u65e5\U0001F600");
    CHECK(text_of("\"\u00e9\u65e5\U0001F600\U0010FFFF\"") == "\u00e9\u65e5\U0001F600\U0010FFFF");
    CHECK(text_of(R"("\u0000")") == std::string(1, '\0'));
    for (const char* text :
         {R"("\ud83d")", R"("\ud83dx")", R"("\ud83d\n")", R"("\ud83d\ud83d")", R"("\ude00")", R"("\u12")",
          R"("\u12g4")", R"("\u-123")", R"("\x41")", R"("\)", R"(")", "\"\n\"", "\"\x1f\""})
        CHECK(!refusal(text).empty());
    // A tail alone, a tail missing, too long for its point, a surrogate, past the last point, five bytes.
    for (const char* bytes :
         {"\x80", "\xC3", "\xE6\x97", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF",
          "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF"}) {
        CHECK(refusal('"' + std::string(bytes) + '"').starts_with("a text is not UTF-8"));
        CHECK(!refusal('"' + std::string(bytes)).empty());
    }
    CHECK(!refusal(std::string("\"a\0b\"", 5)).empty());
}

void test_structure() {
    for (const char* text :
         {"",      " ",         "[",        "{",          "[1",    "[1,",   "[1,]",           "[,1]",
          "[1 2]", "{\"a\"}",   "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\":1",       "[1}",
          "nul",   "truefalse", "1 1",      "[]]",        "'a'",   "/**/1", "\xEF\xBB\xBF{}", "\v1"})
        CHECK(!refusal(text).empty());
    CHECK(!refusal(std::string_view("1\0", 2)).empty());
    CHECK(refusal(R"({"a":1,"b":2,"a":3})").starts_with("a key repeats"));
    CHECK(refusal(R"({"a":1,"\u0061":3})").starts_with("a key repeats"));
    CHECK(refusal("[1,\n x]") == "a value was expected at byte 5");
}

void test_limits() {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(refusal(nested(json::max_depth)).empty());
    CHECK(refusal(nested(json::max_depth + 1)).starts_with("it is nested too deep"));
    CHECK(refusal(std::string(10'000'000, '[')).starts_with("it is nested too deep"));
    std::string objects;
    for (std::size_t i = 0; i < 1000; ++i) objects += "{\"\":";
    CHECK(refusal(objects).starts_with("it is nested too deep"));
    std::string many = "[0";
    for (std::size_t i = 2; i < json::max_values; ++i) many += ",0";
    CHECK(refusal(many + ']').empty());
    CHECK(refusal(many + ",0]").starts_with("there are too many values"));
    CHECK(text_of('"' + std::string(10'000'000, 'x') + '"').size() == 10'000'000);
    CHECK(number_of("0." + std::string(1'000'000, '3')).value == 1.0 / 3);
}

/// Every prefix of a document is refused, and no change of a bit does worse than that.
void test_damage() {
    const std::string good = R"({"a":[-1.5e3,"\u00e9\ud83d\ude00",true],"b":{"c":null}} )";
    CHECK(refusal(good).empty());
    for (std::size_t n = 0; n + 1 < good.size(); ++n)
        CHECK(!refusal(std::string_view(good).substr(0, n)).empty());
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        std::string bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
        refusal(bad);
    }
}

}  // namespace

int main() {
    test_values();
    test_numbers();
    test_texts();
    test_structure();
    test_limits();
    test_damage();
}
