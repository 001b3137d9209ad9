// Lines of a stream, one at a time.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pointsman {

/// Holds one buffer of `max_line` bytes.
class LineReader {
public:
    LineReader(std::istream& in, std::size_t max_line) : in_(in), buffer_(max_line + 1, '\0') {}

    /// Without its line break ("\n" or "\r\n"); valid until the next call. None at the end. Throws
    /// std::invalid_argument for a longer line, std::runtime_error if the stream cannot be read.
    std::optional<std::string_view> next() {
        ++number_;
        for (;;) {
            const std::string_view held(buffer_.data() + start_, end_ - start_);
            const std::size_t size = held.find('\n');
            if (size != std::string_view::npos) {
                start_ += size + 1;
                return without_return(held.substr(0, size));
            }
            if (held.size() == buffer_.size())
                fail("is longer than " + std::to_string(held.size() - 1) + " bytes");
            if (!fill()) break;
        }
        if (start_ == end_) return std::nullopt;
        const std::string_view rest(buffer_.data() + start_, end_ - start_);
        start_ = end_;
        return without_return(rest);
    }

    /// Of the last line, from 1.
    std::size_t number() const { return number_; }

    [[noreturn]] void fail(const std::string& reason) const {
        throw std::invalid_argument("line " + std::to_string(number_) + " " + reason);
    }

private:
    static std::string_view without_return(std::string_view line) {
        return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    }

    /// Moves what is held to the front and reads on; false at the end.
    bool fill() {
        buffer_.replace(0, end_ - start_, buffer_, start_, end_ - start_);
        end_ -= start_;
        start_ = 0;
        in_.read(buffer_.data() + end_, static_cast<std::streamsize>(buffer_.size() - end_));
        if (in_.bad()) throw std::runtime_error("the file cannot be read");
        end_ += static_cast<std::size_t>(in_.gcount());
        return in_.gcount() > 0;
    }

    std::istream& in_;
    std::string buffer_;
    std::size_t start_ = 0;
    std::size_t end_ = 0;
    std::size_t number_ = 0;
};

}  // namespace pointsman
