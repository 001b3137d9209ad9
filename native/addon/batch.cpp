// createBatchScorer: many texts at once, off the event loop.
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

struct Scored {
    /// [texts x models]
    std::vector<float> scores;
    /// [texts]: known n-grams.
    std::vector<std::uint32_t> known;
    /// [texts]: all n-grams.
    std::vector<std::uint32_t> total;
};

/// What one batch at a time is scored with; its memory serves the next.
class Desk {
public:
    Desk(const ScoringModel& model, std::size_t max_units) : model_(model), scorer_(model, max_units) {}

    void read(Napi::Value texts, Napi::Value embeddings) {
        texts_.read(texts, "texts");
        if (model_.embedding_size == 0) return;
        embeddings_ = read_finite(embeddings, "embeddings");
        expect_length(texts.Env(), "embeddings", texts_.size() * model_.embedding_size, embeddings_.size());
    }

    Scored score() {
        const auto views = texts_.views();
        Scored out{.scores = std::vector<float>(views.size() * model_.models),
                   .known = std::vector<std::uint32_t>(views.size()),
                   .total = std::vector<std::uint32_t>(views.size())};
        for (std::size_t i = 0; i < views.size(); ++i) {
            const float* embedding =
                embeddings_.empty() ? nullptr : embeddings_.data() + i * model_.embedding_size;
            const TermCount count = scorer_.score(views[i].substr(0, scorer_.max_units()),
                                                  out.scores.data() + i * model_.models, nullptr, embedding);
            out.known[i] = static_cast<std::uint32_t>(count.known);
            out.total[i] = static_cast<std::uint32_t>(count.total);
        }
        return out;
    }

private:
    const ScoringModel& model_;
    Scorer scorer_;
    Texts texts_;
    std::vector<float> embeddings_;
};

/// As many desks as batches ever run at once.
class Desks {
public:
    Desks(SharedRouter router, std::size_t max_units) : router_(std::move(router)), max_units_(max_units) {}

    /// A desk that comes back when nobody holds it any more.
    static std::shared_ptr<Desk> take(const std::shared_ptr<Desks>& desks) {
        std::unique_ptr<Desk> desk = desks->take_idle();
        if (!desk) desk = std::make_unique<Desk>(desks->router_->model(), desks->max_units_);
        return {desk.release(), [desks](Desk* used) { desks->give_back(std::unique_ptr<Desk>(used)); }};
    }

private:
    std::unique_ptr<Desk> take_idle() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) return nullptr;
        auto desk = std::move(idle_.back());
        idle_.pop_back();
        return desk;
    }

    void give_back(std::unique_ptr<Desk> desk) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(desk));
    }

    SharedRouter router_;
    std::size_t max_units_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Desk>> idle_;
};

}  // namespace

Napi::Value create_batch_scorer(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const std::uint32_t max_units = read_integer(info[1], "maxChars", 2, max_text_units);
    const auto desks = std::make_shared<Desks>(read_router_handle(info[0]), max_units);
    return Napi::Function::New(
        env,
        [desks](const Napi::CallbackInfo& call) -> Napi::Value {
            const auto desk = Desks::take(desks);
            desk->read(call[0], call[1]);
            return Task<Scored>::start(
                call.Env(), call.Env().Undefined(), [desk](const Progress&) { return desk->score(); },
                [](Napi::Env env, Scored& scored) -> Napi::Value {
                    Napi::Object out = Napi::Object::New(env);
                    out.Set("scores", to_array<Napi::Float32Array>(env, scored.scores));
                    out.Set("known", to_array<Napi::Uint32Array>(env, scored.known));
                    out.Set("total", to_array<Napi::Uint32Array>(env, scored.total));
                    return out;
                });
        },
        "scoreBatch");
}

}  // namespace pointsman::addon
