// createBatchScorer: many texts at once, on pool threads.
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/router.h"
#include "addon/task.h"
#include "pointsman/scorer.h"

namespace pointsman::addon {
namespace {

/// Scorers for tasks to borrow: as many as ever run at once.
class ScorerPool {
public:
    ScorerPool(SharedRouter router, std::size_t max_units)
        : router_(std::move(router)), max_units_(max_units) {}

    std::unique_ptr<Scorer> take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                auto scorer = std::move(idle_.back());
                idle_.pop_back();
                return scorer;
            }
        }
        return std::make_unique<Scorer>(router_->model(), max_units_);
    }

    void give_back(std::unique_ptr<Scorer> scorer) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(scorer));
    }

    const ScoringModel& model() const { return router_->model(); }
    std::size_t max_units() const { return max_units_; }

private:
    SharedRouter router_;
    std::size_t max_units_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Scorer>> idle_;
};

struct Scored {
    /// [texts x models]
    std::vector<float> scores;
    /// [texts]
    std::vector<std::uint32_t> known;
};

Scored score(ScorerPool& pool, const Texts& texts, std::span<const float> embeddings) {
    const std::size_t models = pool.model().models;
    const auto views = texts.views();
    Scored out{.scores = std::vector<float>(views.size() * models),
               .known = std::vector<std::uint32_t>(views.size())};
    const std::size_t size = pool.model().embedding_size;
    auto scorer = pool.take();
    for (std::size_t i = 0; i < views.size(); ++i) {
        const std::size_t known =
            scorer->score(views[i].substr(0, pool.max_units()), out.scores.data() + i * models, nullptr,
                          size == 0 ? nullptr : embeddings.data() + i * size);
        out.known[i] = static_cast<std::uint32_t>(known);
    }
    pool.give_back(std::move(scorer));
    return out;
}

}  // namespace

Napi::Value create_batch_scorer(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const std::uint32_t max_units = read_integer(info[1], "maxChars", 2, max_text_units);
    const auto pool = std::make_shared<ScorerPool>(read_router_handle(info[0]), max_units);
    return Napi::Function::New(
        env,
        [pool](const Napi::CallbackInfo& call) -> Napi::Value {
            const auto texts = std::make_shared<Texts>(call[0], "texts");
            const auto embeddings = std::make_shared<std::vector<float>>();
            if (const std::size_t size = pool->model().embedding_size; size > 0) {
                *embeddings = read_finite(call[1], "embeddings");
                expect_length(call.Env(), "embeddings", texts->views().size() * size, embeddings->size());
            }
            return Task<Scored>::start(
                call.Env(), call.Env().Undefined(),
                [pool, texts, embeddings](const Progress&) { return score(*pool, *texts, *embeddings); },
                [](Napi::Env env, Scored& scored) -> Napi::Value {
                    Napi::Object out = Napi::Object::New(env);
                    out.Set("scores", to_array<Napi::Float32Array>(env, scored.scores));
                    out.Set("known", to_array<Napi::Uint32Array>(env, scored.known));
                    return out;
                });
        },
        "scoreBatch");
}

}  // namespace pointsman::addon
