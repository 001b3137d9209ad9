// The kernels of ScoreKernels, written once and compiled per instruction set.

static void gather(const float* table, std::size_t stride, const std::uint32_t* rows, const float* values,
                   std::size_t n, float* out) {
    rows_times<true>(table, stride, rows, values, n, out);
}

static void sigmoid(float* z, std::size_t n) {
    for (std::size_t i = 0; i < n; i += lanes) {
        const Floats v = load(z + i);
        store(z + i, sigmoid_of(v, exp_negative(-absolute(v))));
    }
}
