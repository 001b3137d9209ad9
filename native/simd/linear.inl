// The kernels of LinearKernels, written once and compiled per instruction set.

static void sparse_dot(const float* values, const std::uint32_t* indices, std::size_t n, const float* W,
                       std::size_t stride, float* out) {
    // In the machine's own registers: compilers spill vectors that are wider.
    constexpr std::size_t width = sizeof(Register) / sizeof(float);
    for (std::size_t block = 0; block < stride; block += width) {
        const auto row = [&](std::size_t k) {
            Register v;
            __builtin_memcpy(&v, W + block + indices[k] * stride, sizeof v);
            return v;
        };
        Register even{};
        Register odd{};
        std::size_t k = 0;
        for (; k + 1 < n; k += 2) {
            even += values[k] * row(k);
            odd += values[k + 1] * row(k + 1);
        }
        if (k < n) even += values[k] * row(k);
        even += odd;
        __builtin_memcpy(out + block, &even, sizeof even);
    }
}

static void sparse_add(const float* values, const std::uint32_t* indices, std::size_t n, const float* r,
                       float* G) {
    const Floats step = load(r);
    for (std::size_t k = 0; k < n; ++k) {
        float* row = G + indices[k] * lanes;
        store(row, load(row) + values[k] * step);
    }
}

static void logistic(const float* z, const float* y, const float* c, std::size_t rows, float* residual,
                     float* curvature, double* loss) {
    Accumulator sum;
    for (std::size_t i = 0; i < rows * lanes; i += lanes) {
        const Floats v = load(z + i);
        const Floats target = load(y + i);
        const Floats weight = load(c + i);
        const Floats e = exp_negative(-absolute(v));
        const Floats p = sigmoid_of(v, e);
        const Floats positive = v > 0.f ? v : Floats{};
        accumulate(sum, weight * (positive - target * v + log_one_plus(e)));
        store(residual + i, weight * (p - target));
        store(curvature + i, weight * p * (1.f - p));
    }
    store(loss, sum);
}

static void dot(const float* a, const float* b, std::size_t rows, double* out) {
    Accumulator sum;
    for (std::size_t i = 0; i < rows * lanes; i += lanes) accumulate(sum, load(a + i) * load(b + i));
    store(out, sum);
}

static void blend(const float* alpha, const float* x, const float* beta, float* y, std::size_t rows) {
    const Floats a = load(alpha);
    const Floats b = load(beta);
    for (std::size_t i = 0; i < rows * lanes; i += lanes) store(y + i, a * load(x + i) + b * load(y + i));
}

/// Solves s + a sigmoid(s) = target in each lane, from s. The left side rises with slope 1 .. 1 + a/4, bends
/// down for s > 0 and up for s < 0: between these bounds Newton's method cannot leave its side of 0, where
/// it can overshoot once only.
POINTSMAN_INLINE Floats solve_dual(Floats s, Floats a, Floats target, int rounds) {
    const auto is_positive = target > 0.5f * a;
    const Floats least = target - a;
    const Floats low = (is_positive & (least < 0.f)) ? Floats{} : least;
    const Floats high = (~is_positive & (target > 0.f)) ? Floats{} : target;
    const auto clamp = [&](Floats x) {
        x = x > low ? x : low;
        return x < high ? x : high;
    };
    s = clamp(s);
    for (int i = 0; i < rounds; ++i) {
        const Floats p = sigmoid_of(s, exp_negative(-absolute(s)));
        s = clamp(s - (s + a * p - target) / (1.f + a * p * (1.f - p)));
    }
    return s;
}

static void dual_step(const DualRow& row, float* W, float* bias, float* moved) {
    alignas(64) float buffer[lanes];
    sparse_dot(row.values, row.indices, row.n, W, lanes, buffer);
    const Floats z = load(buffer) + load(bias);
    const Floats c = load(row.c);
    const Floats y = load(row.y);
    const Floats before = load(row.dual);
    const float square = row.square + row.bias_square;
    const Floats s = solve_dual(z, square * c, z + square * (c * y - before), row.rounds);
    const Floats after = c * (y - sigmoid_of(s, exp_negative(-absolute(s))));
    const Floats step = after - before;
    store(row.dual, after);
    store(buffer, step);
    sparse_add(row.values, row.indices, row.n, buffer, W);
    store(bias, load(bias) + row.bias_square * step);
    store(moved, load(moved) + absolute(step));
}

static void column_step(const ModelColumn& column, const float* active, float* w, float* slopes,
                        float* moved) {
    Floats slope{};
    // The least curvature keeps steps finite where all probabilities are 0 or 1.
    Floats bend = all(column.l2 + 1e-6f);
    for (std::size_t k = 0; k < column.n; ++k) {
        const std::size_t row = column.indices[k] * lanes;
        const float x = column.values[k];
        slope += x * load(slopes + row);
        bend += x * x * load(column.curvature + row);
    }
    const Floats before = load(w);
    const Floats pull = bend * before - (slope + column.l2 * before);
    const Floats size = absolute(pull) - column.l1;
    const Floats after = (size > 0.f ? (pull > 0.f ? size : -size) : Floats{}) / bend;
    const Floats step = load(active) * (after - before);
    const auto changed = step != 0.f;
    bool any = false;
    for (std::size_t l = 0; l < lanes; ++l) any |= changed[l] != 0;
    if (!any) return;
    store(w, before + step);
    store(moved, load(moved) + (bend * step) * (bend * step));
    for (std::size_t k = 0; k < column.n; ++k) {
        const std::size_t row = column.indices[k] * lanes;
        store(slopes + row, load(slopes + row) + column.values[k] * step * load(column.curvature + row));
    }
}

static void penalty(const float* w, std::size_t rows, float l1, float l2, double* out) {
    Accumulator sum;
    for (std::size_t i = 0; i < rows * lanes; i += lanes) {
        const Floats v = load(w + i);
        accumulate(sum, l1 * absolute(v) + 0.5f * l2 * v * v);
    }
    store(out, sum);
}
