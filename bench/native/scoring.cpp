// Times, on the same prompts: the pieces of the hash + gather floor, and the product's scorer without Node.
//   bench_scoring PROMPTS ROUTER
#include <sstream>

#include "contest.h"
#include "floor.h"
#include "inputs.h"
#include "pointsman/router_file.h"
#include "pointsman/scorer.h"

namespace {

template <typename Values>
std::string json(const Values& values) {
    std::ostringstream text;
    for (const auto& value : values) text << (&value == values.data() ? "[" : ",") << value;
    text << "]";
    return text.str();
}

}  // namespace

int main(int, char** argv) {
    const bench::Prompts prompts = bench::read_prompts(argv[1]);
    const auto file = pointsman::RouterFile::open(argv[2]);
    const pointsman::ScoringModel& model = file->model();
    const std::size_t max_units = prompts.longest + 1;
    const auto items = static_cast<double>(prompts.texts.size());

    bench::Floor floor(model.index.rows(), max_units);
    pointsman::Scorer scorer(model, max_units);
    std::vector<float> scores(model.models);
    const auto choose = [&](std::u16string_view text) {
        scorer.score(text, scores.data());
        return std::max_element(scores.begin(), scores.end()) - scores.begin();
    };

    std::vector<std::vector<std::uint32_t>> places;
    std::vector<std::size_t> words, grams;
    std::vector<std::ptrdiff_t> choices;
    for (const std::u16string_view text : prompts.texts) {
        words.push_back(floor.cut(text));
        grams.push_back(floor.hash(text));
        places.emplace_back();
        for (const std::uint64_t hash : floor.hashes()) places.back().push_back(floor.place(hash));
        choices.push_back(choose(text));
    }

    std::ostringstream facts;
    facts << R"({"floor":")" << bench::Floor::instructions() << R"(","words":)" << json(words)
          << R"(,"grams":)" << json(grams) << R"(,"choices":)" << json(choices) << "}";

    std::vector<char16_t> copy(max_units);
    const auto over_prompts = [&](auto work) {
        return bench::Contestant{items, [&prompts, work] {
                                     for (std::size_t i = 0; i < prompts.texts.size(); ++i)
                                         work(prompts.texts[i], i);
                                 }};
    };
    bench::serve(
        {
            {"memcpy", over_prompts([&](std::u16string_view text, std::size_t) {
                 std::copy(text.begin(), text.end(), copy.begin());
                 bench::keep(copy);
             })},
            {"boundaries",
             over_prompts([&](std::u16string_view text, std::size_t) { bench::keep(floor.cut(text)); })},
            {"hashes",
             over_prompts([&](std::u16string_view text, std::size_t) { bench::keep(floor.hash(text)); })},
            {"rows", over_prompts([&](std::u16string_view, std::size_t i) {
                 floor.add(places[i]);
                 bench::keep(*floor.sums());
             })},
            {"floor", over_prompts([&](std::u16string_view text, std::size_t i) {
                 floor.run(text, places[i]);
                 bench::keep(*floor.sums());
             })},
            {"native-words", over_prompts([&](std::u16string_view text, std::size_t) {
                 bench::keep(scorer.run_to(pointsman::Stage::words, text));
             })},
            {"native-hashes", over_prompts([&](std::u16string_view text, std::size_t) {
                 bench::keep(scorer.run_to(pointsman::Stage::hashes, text));
             })},
            {"native",
             over_prompts([&](std::u16string_view text, std::size_t) { bench::keep(choose(text)); })},
        },
        facts.str());
}
