// The kernels of LinearKernels, written once and compiled per instruction set.

// The hot loop works in the machine's own registers: compilers spill vectors that are wider.
template <bool squared_first>
static void rows_times(const float* table, std::size_t stride, const std::uint32_t* rows, const float* values,
                       std::size_t n, float* out) {
    constexpr std::size_t width = sizeof(Register) / sizeof(float);
    for (std::size_t block = 0; block < stride; block += width) {
        const float* column = table + block;
        const auto row = [&](std::size_t k) {
            Register v;
            __builtin_memcpy(&v, column + rows[k] * stride, sizeof v);
            return v;
        };
        // Lane 0 of block 0 of a gather takes v^2, all others v: factor = v * (rest + v * first).
        const bool square = squared_first && block == 0;
        Register first{};
        Register rest = Register{} + 1.f;
        if (square) {
            first[0] = 1.f;
            rest[0] = 0.f;
        }
        const auto factor = [&](float v) { return square ? v * (v * first + rest) : Register{} + v; };
        Register even{};
        Register odd{};
        std::size_t k = 0;
        for (; k + 1 < n; k += 2) {
            even += factor(values[k]) * row(k);
            odd += factor(values[k + 1]) * row(k + 1);
        }
        if (k < n) even += factor(values[k]) * row(k);
        even += odd;
        __builtin_memcpy(out + block, &even, sizeof even);
    }
}

static void sparse_dot(const float* values, const std::uint32_t* indices, std::size_t n, const float* W,
                       std::size_t stride, float* out) {
    rows_times<false>(W, stride, indices, values, n, out);
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
