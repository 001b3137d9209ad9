// What is thrown for bytes from outside that are not what they should be.
#pragma once

#include <stdexcept>

namespace pointsman {

/// The text is a reason, to follow the name of the file: "its header claims 9 bytes but the file has 8".
class FormatError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

}  // namespace pointsman
