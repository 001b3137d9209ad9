// fastText's own C++ library: trains a model, saves it for the JavaScript peer, and predicts. A prompt is a
// line, already in lower case.
//   bench_fasttext PROMPTS.txt TRAINING.txt MODEL.bin SEED
#include <fasttext/fasttext.h>

#include <fstream>
#include <sstream>

#include "contest.h"

int main(int, char** argv) {
    fasttext::Args args;
    args.input = argv[2];
    args.output = argv[3];
    args.model = fasttext::model_name::sup;
    args.loss = fasttext::loss_name::ova;
    args.dim = 10;
    args.wordNgrams = 2;
    args.minCount = 1;
    args.minn = args.maxn = 0;
    args.lr = 0.5;
    args.epoch = 5;
    args.bucket = 1 << 18;
    args.thread = 1;
    args.verbose = 0;
    args.seed = std::stoi(argv[4]);
    fasttext::FastText model;
    model.train(args);
    model.saveModel(args.output);

    std::vector<std::string> lines;
    std::ifstream prompts(argv[1]);
    for (std::string line; std::getline(prompts, line);) lines.push_back(line + "\n");
    const std::int32_t labels = model.getDictionary()->nlabels();
    std::vector<std::pair<fasttext::real, std::string>> predictions;
    const auto predict = [&](const std::string& line) {
        std::istringstream in(line);
        model.predictLine(in, predictions, labels, -1.f);
        bench::keep(predictions);
    };
    std::ostringstream facts;
    facts << "{\"best\":[";
    for (const std::string& line : lines) {
        predict(line);
        facts << (&line == lines.data() ? "\"" : ",\"")
              << (predictions.empty() ? "" : predictions.front().second) << '"';
    }
    facts << "]}";
    bench::serve({{"predict",
                   {static_cast<double>(lines.size()),
                    [&] {
                        for (const std::string& line : lines) predict(line);
                    }}}},
                 facts.str());
}
