// The line protocol between the bench and a program that it times (bench/lib/child.mjs is the other end): the
// program says what it can run, then runs a slice of it whenever it is asked, so that both sides take turns.
#pragma once

#include <algorithm>
#include <cmath>
#include <ctime>
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

/// Processor time of this process.
inline double nanoseconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

/// Passes until so many milliseconds are over, at least one. Returns the median, nanoseconds an item.
inline double slice(const Contestant& contestant, double milliseconds) {
    // Reading the time costs about a microsecond: many short passes share a reading.
    constexpr double least = 200e3;
    std::vector<double> times;
    double total = 0;
    double passes = 1;
    do {
        const double begin = nanoseconds();
        for (double pass = 0; pass < passes; ++pass) contestant.pass();
        const double time = nanoseconds() - begin;
        total += time;
        times.push_back(time / passes);
        passes = std::max(1.0, std::floor(least / times.back()));
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
