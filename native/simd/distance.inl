// The kernels of DistanceKernels, written once and compiled per instruction set.

/// Two registers of rows times so many points: their sums, the two and one broadcast fill the registers.
#if defined(__aarch64__)
constexpr std::size_t point_group = 12;
#else
constexpr std::size_t point_group = sizeof(Register) == 64 ? 12 : 6;
#endif

/// `ahead` is memory that will be read next; a line of it is asked for in each step.
template <std::size_t size>
static void group_products(const float* block, std::size_t columns, const float* points, const float* ahead,
                           std::size_t stride, float* out) {
    constexpr std::size_t width = sizeof(Register) / sizeof(float);
    for (std::size_t part = 0; part < block_rows; part += 2 * width) {
        Register sums[size][2] = {};
        for (std::size_t j = 0; j < columns; ++j) {
            Register low;
            Register high;
            __builtin_memcpy(&low, block + j * block_rows + part, sizeof low);
            __builtin_memcpy(&high, block + j * block_rows + part + width, sizeof high);
            __builtin_prefetch(ahead + j * stride, 0, 2);
#pragma GCC unroll 12
            for (std::size_t i = 0; i < size; ++i) {
                sums[i][0] += points[j * size + i] * low;
                sums[i][1] += points[j * size + i] * high;
            }
        }
#pragma GCC unroll 12
        for (std::size_t i = 0; i < size; ++i) {
            __builtin_memcpy(out + i * block_rows + part, &sums[i], sizeof sums[i]);
        }
    }
}

template <std::size_t size = point_group>
static void products_of_size(std::size_t wanted, const float* block, std::size_t columns, const float* points,
                             const float* ahead, std::size_t stride, float* out) {
    if (wanted == size) return group_products<size>(block, columns, points, ahead, stride, out);
    if constexpr (size > 1) products_of_size<size - 1>(wanted, block, columns, points, ahead, stride, out);
}

static void products(const float* block, std::size_t columns, const float* points, std::size_t count,
                     float* out) {
    const std::size_t groups = (count + point_group - 1) / point_group;
    // Each group fetches its share of the next block, which memory alone would deliver too late.
    const std::size_t stride = block_rows / groups;
    const float* ahead = block + columns * block_rows;
    for (std::size_t g = 0; g < groups; ++g) {
        const std::size_t size = group_size(count, groups, g);
        products_of_size(size, block, columns, points, ahead, stride, out);
        points += size * columns;
        ahead += stride * columns;
        out += size * block_rows;
    }
}

static void nearest(const float* products, const float* half_norms, std::size_t count, float* score,
                    std::uint32_t* label) {
    Floats low = all(-__builtin_inff());
    Floats high = low;
    Ints low_label{};
    Ints high_label{};
    for (std::size_t point = 0; point < count; ++point) {
        const Floats a = load(products + point * block_rows) - half_norms[point];
        const Floats b = load(products + point * block_rows + lanes) - half_norms[point];
        const Ints here = Ints{} + static_cast<std::int32_t>(point);
        low_label = a > low ? here : low_label;
        high_label = b > high ? here : high_label;
        low = a > low ? a : low;
        high = b > high ? b : high;
    }
    store(score, low);
    store(score + lanes, high);
    __builtin_memcpy(label, &low_label, sizeof low_label);
    __builtin_memcpy(label + lanes, &high_label, sizeof high_label);
}

static double squared_distance(const float* a, const float* b, std::size_t n) {
    Accumulator sum;
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Floats difference = load(a + i) - load(b + i);
        accumulate(sum, difference * difference);
    }
    double total = 0;
    for (; i < n; ++i) {
        const double difference = double{a[i]} - b[i];
        total += difference * difference;
    }
    const Doubles halves = sum.low + sum.high;
    for (std::size_t lane = 0; lane < lanes / 2; ++lane) total += halves[lane];
    return total;
}

static void add(double* sum, double factor, const float* row, std::size_t n) {
    constexpr std::size_t half = lanes / 2;
    std::size_t i = 0;
    for (; i + half <= n; i += half) {
        HalfFloats values;
        Doubles total;
        __builtin_memcpy(&values, row + i, sizeof values);
        __builtin_memcpy(&total, sum + i, sizeof total);
        total += factor * __builtin_convertvector(values, Doubles);
        __builtin_memcpy(sum + i, &total, sizeof total);
    }
    for (; i < n; ++i) sum[i] += factor * row[i];
}
