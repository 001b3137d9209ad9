// Every part runs once, errors come through, threads outlive a failure and end with their owner.
#include "pointsman/threads.h"

#include <stdexcept>
#include <vector>

#include "check.h"

using namespace pointsman;

int main() {
    for (std::size_t count = 1; count < 6; ++count) {
        Threads threads(count);
        CHECK(threads.count() == count);
        for (std::size_t parts = 0; parts < 200; ++parts) {
            std::vector<int> calls(parts);
            threads.run(parts, [&](std::size_t i) { ++calls[i]; });
            for (const int n : calls) CHECK(n == 1);
        }
        bool caught = false;
        try {
            threads.run(50, [](std::size_t i) {
                if (i == 7) throw std::runtime_error("part 7");
            });
        } catch (const std::runtime_error&) {
            caught = true;
        }
        CHECK(caught);
        std::vector<int> calls(10);
        threads.run(10, [&](std::size_t i) { ++calls[i]; });
        for (const int n : calls) CHECK(n == 1);
    }
}
