// The kernels of ScoreKernels, written once and compiled per instruction set.

/// As many 16-bit integers as one register holds floats.
using RowPart = std::int16_t __attribute__((vector_size(POINTSMAN_REGISTER_BYTES / 2)));
using RegisterInts = std::int32_t __attribute__((vector_size(POINTSMAN_REGISTER_BYTES)));
static constexpr std::size_t register_lanes = POINTSMAN_REGISTER_BYTES / sizeof(float);

POINTSMAN_INLINE RegisterInts load_row(const std::int16_t* p) {
    RowPart part;
    __builtin_memcpy(&part, p, sizeof part);
    return __builtin_convertvector(part, RegisterInts);
}

/// `row` if the table has this hash's tag there, else `none`. Compilers make a branch of it, which no
/// processor could guess, or a detour of five instructions.
POINTSMAN_INLINE std::uint64_t keep_known(const std::uint32_t& tag, std::uint64_t hash, std::uint64_t row,
                                          std::uint64_t none) {
#if defined(__x86_64__)
    __asm__("cmp %[tag], %[wanted]\n\tcmovne %[none], %[row]"
            : [row] "+r"(row)
            : [tag] "m"(tag), [wanted] "r"(tag_of(hash)), [none] "r"(none)
            : "cc");
    return row;
#elif defined(__aarch64__)
    __asm__("cmp %w[tag], %w[wanted]\n\tcsel %[row], %[row], %[none], eq"
            : [row] "+r"(row)
            : [tag] "r"(tag), [wanted] "r"(tag_of(hash)), [none] "r"(none)
            : "cc");
    return row;
#else
    return tag == tag_of(hash) ? row : none;
#endif
}

static void find(const TermTable& borrowed, const std::uint64_t* hashes, std::size_t n, std::uint32_t* rows) {
    // A copy, so that the stores below cannot seem to change it.
    const TermTable table = borrowed;
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t place =
            place_of(hashes[i], table.multipliers[hashes[i] & table.bucket_mask], table.places);
        rows[i] = static_cast<std::uint32_t>(keep_known(table.tags[place], hashes[i], place + 1, 0));
    }
}

POINTSMAN_INLINE void store_as_floats(float* p, RegisterInts sum) {
    const Register floats = __builtin_convertvector(sum, Register);
    __builtin_memcpy(p, &floats, sizeof floats);
}

/// So many registers of a row are summed at once, and rows are asked for this far ahead: those of many heads
/// seldom lie in a cache.
constexpr std::size_t most_registers = 8;
constexpr std::size_t rows_ahead = 6;

template <std::size_t size>
POINTSMAN_INLINE void fetch_row(const std::int16_t* row) {
    for (std::size_t j = 0; j < size * register_lanes; j += 64 / sizeof(std::int16_t))
        __builtin_prefetch(row + j);
}

template <std::size_t size>
static void sum_registers(const std::int16_t* values, std::size_t stride, const std::uint32_t* rows,
                          std::size_t n, float* sums) {
    RegisterInts sum[size]{};
    for (std::size_t i = 0; i < n; ++i) {
        if (i + rows_ahead < n) fetch_row<size>(values + rows[i + rows_ahead] * stride);
        const std::int16_t* row = values + rows[i] * stride;
#pragma GCC unroll 8
        for (std::size_t r = 0; r < size; ++r) sum[r] += load_row(row + r * register_lanes);
    }
    for (std::size_t r = 0; r < size; ++r) store_as_floats(sums + r * register_lanes, sum[r]);
}

template <std::size_t size = most_registers>
static void sum_some(std::size_t wanted, const std::int16_t* values, std::size_t stride,
                     const std::uint32_t* rows, std::size_t n, float* sums) {
    if (wanted == size) return sum_registers<size>(values, stride, rows, n, sums);
    if constexpr (size > 1) sum_some<size - 1>(wanted, values, stride, rows, n, sums);
}

POINTSMAN_INLINE std::size_t registers_from(std::size_t lane, std::size_t stride) {
    const std::size_t left = (stride - lane) / register_lanes;
    return left < most_registers ? left : most_registers;
}

static void sum_rows(const std::int16_t* values, std::size_t stride, const std::uint32_t* rows, std::size_t n,
                     float* sums) {
    for (std::size_t lane = 0; lane < stride; lane += most_registers * register_lanes)
        sum_some(registers_from(lane, stride), values + lane, stride, rows, n, sums + lane);
}

/// The most common stride. All places are computed first, and what lies there is on its way while the next
/// ones are: one look-up after another would wait for memory as often as it misses the caches.
static void find_and_sum_narrow(const TermTable& borrowed, const std::uint64_t* hashes, std::size_t n,
                                const std::int16_t* values, std::uint32_t* places, float* sums) {
    const TermTable table = borrowed;
    const std::int16_t* first = values + lanes;
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t place =
            place_of(hashes[i], table.multipliers[hashes[i] & table.bucket_mask], table.places);
        places[i] = place;
        __builtin_prefetch(table.tags + place);
        __builtin_prefetch(first + std::size_t{place} * lanes);
    }
    constexpr std::size_t parts = lanes / register_lanes;
    RegisterInts even[parts]{};
    RegisterInts odd[parts]{};
    const auto add = [&](std::size_t i, RegisterInts* sum) {
        const auto kept = static_cast<std::int64_t>(
            keep_known(table.tags[places[i]], hashes[i], places[i], static_cast<std::uint64_t>(-1)));
        const std::int16_t* row = first + kept * static_cast<std::int64_t>(lanes);
        for (std::size_t p = 0; p < parts; ++p) sum[p] += load_row(row + p * register_lanes);
    };
    std::size_t i = 0;
    for (; i + 1 < n; i += 2) {
        add(i, even);
        add(i + 1, odd);
    }
    if (i < n) add(i, even);
    for (std::size_t p = 0; p < parts; ++p) store_as_floats(sums + p * register_lanes, even[p] + odd[p]);
}

static void find_and_sum(const TermTable& table, const std::uint64_t* hashes, std::size_t n,
                         const std::int16_t* values, std::size_t stride, std::uint32_t* rows, float* sums) {
    if (stride == lanes) return find_and_sum_narrow(table, hashes, n, values, rows, sums);
    find(table, hashes, n, rows);
    sum_rows(values, stride, rows, n, sums);
}

/// The last register of a row is weighed by w, but its last lane but one by 1, and the last one by w^2.
template <std::size_t size>
static void weigh_registers(const std::int16_t* values, std::size_t stride, const std::uint32_t* rows,
                            const float* weights, std::size_t n, bool has_last, float* sums) {
    Register count{};
    Register square{};
    Register plain = Register{} + 1.f;
    if (has_last) {
        count[register_lanes - 2] = square[register_lanes - 1] = 1.f;
        plain[register_lanes - 2] = plain[register_lanes - 1] = 0.f;
    }
    Register sum[size]{};
    for (std::size_t k = 0; k < n; ++k) {
        if (k + rows_ahead < n) fetch_row<size>(values + rows[k + rows_ahead] * stride);
        const std::int16_t* row = values + rows[k] * stride;
        const Register last = weights[k] * (weights[k] * square + plain) + count;
#pragma GCC unroll 8
        for (std::size_t r = 0; r < size; ++r) {
            const Register value = __builtin_convertvector(load_row(row + r * register_lanes), Register);
            sum[r] += (r + 1 == size ? last : Register{} + weights[k]) * value;
        }
    }
    for (std::size_t r = 0; r < size; ++r)
        __builtin_memcpy(sums + r * register_lanes, &sum[r], sizeof sum[r]);
}

template <std::size_t size = most_registers>
static void weigh_some(std::size_t wanted, const std::int16_t* values, std::size_t stride,
                       const std::uint32_t* rows, const float* weights, std::size_t n, bool has_last,
                       float* sums) {
    if (wanted == size) return weigh_registers<size>(values, stride, rows, weights, n, has_last, sums);
    if constexpr (size > 1) {
        weigh_some<size - 1>(wanted, values, stride, rows, weights, n, has_last, sums);
    }
}

static void weigh_rows(const std::int16_t* values, std::size_t stride, const std::uint32_t* rows,
                       const float* weights, std::size_t n, float* sums) {
    for (std::size_t lane = 0; lane < stride; lane += most_registers * register_lanes) {
        const std::size_t wanted = registers_from(lane, stride);
        const bool has_last = lane + wanted * register_lanes == stride;
        weigh_some(wanted, values + lane, stride, rows, weights, n, has_last, sums + lane);
    }
}

static void add_scaled(const float* base, const float* x, const float* scales, float factor, std::size_t n,
                       float* z) {
    for (std::size_t i = 0; i < n; i += lanes) {
        store(z + i, load(base + i) + factor * (load(scales + i) * load(x + i)));
    }
}

static void add_dense(const float* x, std::size_t n, const float* weights, std::size_t stride, float* z) {
    for (std::size_t lane = 0; lane < stride; lane += lanes) {
        Floats sum = load(z + lane);
        for (std::size_t i = 0; i < n; ++i) sum += x[i] * load(weights + i * stride + lane);
        store(z + lane, sum);
    }
}

static void sigmoid(float* z, std::size_t n) {
    for (std::size_t i = 0; i < n; i += lanes) {
        const Floats v = load(z + i);
        store(z + i, sigmoid_of(v, exp_negative(-absolute(v))));
    }
}

static void softmax(float* z, std::size_t n) {
    const std::size_t end = (n + lanes - 1) / lanes * lanes;
    for (std::size_t i = n; i < end; ++i) z[i] = z[0];
    Floats largest = load(z);
    for (std::size_t i = lanes; i < end; i += lanes) {
        const Floats v = load(z + i);
        largest = v > largest ? v : largest;
    }
    float most = largest[0];
    for (std::size_t lane = 1; lane < lanes; ++lane) most = largest[lane] > most ? largest[lane] : most;
    for (std::size_t i = 0; i < end; i += lanes) store(z + i, exp_negative(load(z + i) - most));
    float sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += z[i];
    const float share = 1 / sum;
    for (std::size_t i = 0; i < end; i += lanes) store(z + i, share * load(z + i));
}
