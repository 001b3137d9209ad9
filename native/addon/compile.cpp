// compileTerms: from weights to the arrays of a router file.
#include <memory>
#include <utility>

#include "addon/arguments.h"
#include "addon/bindings.h"
#include "addon/task.h"
#include "pointsman/scoring_model.h"

namespace pointsman::addon {
namespace {

struct Input {
    OwnedTerms terms;
    std::vector<float> idf;
    std::vector<float> weights;
    std::size_t heads;
};

struct Compiled {
    /// Empty with the hashing trick.
    BuiltTermTable table;
    Rows rows;
};

Compiled compile(const Input& input) {
    Compiled out;
    std::size_t places = input.idf.size();
    if (input.terms.hash_bits == 0) {
        out.table = build_term_table(input.terms.list());
        places = out.table.tags.size();
    }
    out.rows = compile_rows(1 + places, out.table.place_of_term, input.idf, input.weights, input.heads);
    return out;
}

}  // namespace

Napi::Value compile_terms(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const Napi::Object from = read_object(info[0], "options");
    const auto input = std::make_shared<Input>(Input{.terms = OwnedTerms(from),
                                                     .idf = read_finite(from.Get("idf"), "idf"),
                                                     .weights = read_finite(from.Get("weights"), "weights"),
                                                     .heads = read_integer(from, "heads", 1, max_heads)});
    expect_length(env, "idf", input->terms.count(), input->idf.size());
    expect_length(env, "weights", input->idf.size() * input->heads, input->weights.size());
    return Task<Compiled>::start(
        env, env.Undefined(), [input](const Progress&) { return compile(*input); },
        [](Napi::Env env, Compiled& compiled) -> Napi::Value {
            Napi::Object out = Napi::Object::New(env);
            out.Set("multipliers", to_array<Napi::Uint16Array>(env, compiled.table.multipliers));
            out.Set("tags", to_array<Napi::Uint32Array>(env, compiled.table.tags));
            out.Set("rows", to_array<Napi::Int16Array>(env, compiled.rows.rows));
            out.Set("scales", to_array<Napi::Float32Array>(env, compiled.rows.scales));
            return out;
        });
}

}  // namespace pointsman::addon
