// Any bytes: JSON that is taken reads the same once it is written again.
#include <algorithm>
#include <cstdio>

#include "check.h"
#include "core/json.h"

using namespace pointsman;

namespace {

void write(const json::Value& value, std::string& out);

void write(const std::string& text, std::string& out) {
    out += '"';
    for (const char c : text) {
        char escape[8];
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && c != '"' && c != '\\') {
            out += c;
        } else {
            std::snprintf(escape, sizeof escape, "\\u%04x", byte);
            out += escape;
        }
    }
    out += '"';
}

struct Writer {
    std::string& out;

    void operator()(std::nullptr_t) const { out += "null"; }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(const json::Number& number) const {
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.17g", number.value);
        out += number.whole ? std::to_string(*number.whole) : digits;
    }
    void operator()(const std::string& text) const { write(text, out); }
    void operator()(const json::Array& array) const {
        for (std::size_t i = 0; i < array.size(); ++i) {
            out += i == 0 ? '[' : ',';
            write(array[i], out);
        }
        out += array.empty() ? "[]" : "]";
    }
    void operator()(const json::Object& object) const {
        for (std::size_t i = 0; i < object.members.size(); ++i) {
            const auto& [key, value] = object.members[i];
            CHECK(object.find(key) == &value);
            CHECK(i == 0 || object.members[i - 1].key < key);
            out += i == 0 ? '{' : ',';
            write(key, out);
            out += ':';
            write(value, out);
        }
        out += object.members.empty() ? "{}" : "}";
    }
};

void write(const json::Value& value, std::string& out) { std::visit(Writer{out}, value.content); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string once, twice;
    try {
        write(json::parse({reinterpret_cast<const char*>(data), size}), once);
    } catch (const FormatError&) {
        return 0;
    }
    write(json::parse(once), twice);
    CHECK(once == twice);
    return 0;
}
