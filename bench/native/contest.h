// The line protocol between the bench and a program that it times (bench/lib/child.mjs is the other end): the
// program says what it can run, then runs a slice of it whenever it is asked, so that both sides take turns.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace bench {

/// Keeps a result alive that nobody reads.
template <typename T>
inline void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

struct Contestant {
    /// What one pass works through, e.g. prompts: times are per item.
    double items;
    std::function<void()> pass;
};

inline double nanoseconds(const std::function<void()>& pass) {
    const auto begin = std::chrono::steady_clock::now();
    pass();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
}

/// Passes until so many milliseconds are over, at least one. Returns the median pass, nanoseconds an item.
inline double slice(const Contestant& contestant, double milliseconds) {
    std::vector<double> times;
    double total = 0;
    do {
        times.push_back(nanoseconds(contestant.pass));
        total += times.back();
    } while (total < milliseconds * 1e6);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle / contestant.items;
}

/// Prints `facts` (JSON) as the first line; then answers each line "MILLISECONDS NAME" with nanoseconds an
/// item.
inline void serve(const std::map<std::string, Contestant>& contestants, const std::string& facts) {
    std::cout << facts << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream request(line);
        double milliseconds = 0;
        std::string name;
        request >> milliseconds >> name;
        std::cout << slice(contestants.at(name), milliseconds) << std::endl;
    }
}

}  // namespace bench
