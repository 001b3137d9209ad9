// The tensors of a router file, by name. Private to router_model.cpp and router_parts.cpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "pointsman/safetensors.h"

namespace pointsman {

/// Tensors by name, with type, shape and values checked.
class Tensors {
public:
    /// Far beyond any trained weight, and small enough that no score overflows.
    static constexpr float largest_number = 1e6f;

    explicit Tensors(const Safetensors& file) : file_(file) {}

    bool has(std::string_view name) const { return file_.find(name) != nullptr; }

    template <typename T>
    std::span<const T> list(std::string_view name) const {
        return find(name, 1).as<T>();
    }

    template <typename T>
    std::span<const T> list(std::string_view name, std::size_t size) const {
        const Tensor& tensor = find(name, 1);
        if (tensor.shape[0] != size) fail(tensor, std::to_string(size));
        return tensor.as<T>();
    }

    std::size_t columns(std::string_view name) const {
        return static_cast<std::size_t>(find(name, 2).shape[1]);
    }

    /// Rows of `columns`; how many is the caller's to check.
    template <typename T>
    std::span<const T> table(std::string_view name, std::size_t columns) const {
        const Tensor& tensor = find(name, 2);
        if (tensor.shape[1] != columns) fail(tensor, "any, " + std::to_string(columns));
        return tensor.as<T>();
    }

    /// Blocks of `rows` x `columns`.
    template <typename T>
    std::span<const T> blocks(std::string_view name, std::size_t rows, std::size_t columns) const {
        const Tensor& tensor = find(name, 3);
        if (tensor.shape[1] != rows || tensor.shape[2] != columns)
            fail(tensor, "any, " + std::to_string(rows) + ", " + std::to_string(columns));
        return tensor.as<T>();
    }

    static std::span<const float> usable(std::span<const float> numbers, std::string_view name) {
        return all(numbers, name, [](float x) { return std::abs(x) <= largest_number; });
    }

    /// Probabilities, or what is averaged to give one.
    static std::span<const float> shares(std::span<const float> numbers, std::string_view name) {
        return all(numbers, name, [](float x) { return x >= 0 && x <= 1; });
    }

    template <typename Test>
    static std::span<const float> all(std::span<const float> numbers, std::string_view name, Test is_good) {
        const auto bad = std::find_if_not(numbers.begin(), numbers.end(), is_good);
        if (bad != numbers.end()) {
            throw FormatError("tensor \"" + std::string(name) + "\" holds " + std::to_string(*bad) +
                              " at element " + std::to_string(bad - numbers.begin()));
        }
        return numbers;
    }

private:
    const Tensor& find(std::string_view name, std::size_t dimensions) const {
        const Tensor* tensor = file_.find(name);
        if (tensor == nullptr) throw FormatError("tensor \"" + std::string(name) + "\" is missing");
        if (tensor->shape.size() != dimensions) {
            throw FormatError("tensor \"" + tensor->name + "\" has " + std::to_string(tensor->shape.size()) +
                              " dimensions where " + std::to_string(dimensions) + " are needed");
        }
        return *tensor;
    }

    [[noreturn]] static void fail(const Tensor& tensor, const std::string& expected) {
        std::string shape;
        for (const auto size : tensor.shape) shape += (shape.empty() ? "" : ", ") + std::to_string(size);
        throw FormatError("tensor \"" + tensor.name + "\" has shape [" + shape + "] where [" + expected +
                          "] is needed");
    }

    const Safetensors& file_;
};

}  // namespace pointsman
