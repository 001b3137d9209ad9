// Surface counts from class masks, 64 bytes at a time. What spans several bytes is counted at its last one,
// so that only earlier masks are asked for. Included after the instruction set's own `classify`.

/// A mask of this block and of the one before.
struct Track {
    std::uint64_t now = 0;
    std::uint64_t last = 0;

    void push(std::uint64_t mask) {
        last = now;
        now = mask;
    }
    /// Bit i: what the mask says `distance` (1 .. 63) bytes before byte i.
    std::uint64_t back(unsigned distance) const { return now << distance | last >> (64 - distance); }
};

/// Follows runs of a mask from some of their bits on, across blocks.
struct Runs {
    bool is_open = false;

    /// Bit i: a run that was entered at one of `starts` (or goes on from the last block) ends before byte i.
    /// A start outside the mask ends where it is. Adding carries a bit through the run's ones.
    std::uint64_t ends(std::uint64_t mask, std::uint64_t starts) {
        std::uint64_t sum;
        const bool is_over = __builtin_add_overflow(mask, starts, &sum);
        is_open = __builtin_add_overflow(sum, std::uint64_t{is_open}, &sum) || is_over;
        return sum & ~mask;
    }
};

POINTSMAN_INLINE std::uint32_t ones(std::uint64_t mask) {
    return static_cast<std::uint32_t>(__builtin_popcountll(mask));
}

/// Four bytes as the machine (little-endian) loads them.
static constexpr std::int32_t four(const char (&letters)[5]) {
    return letters[0] | letters[1] << 8 | letters[2] << 16 | letters[3] << 24;
}

/// First letters of question words; a word of three ends in a NUL here.
static constexpr Ints question_words = {four("what"),  four("whic"),  four("how\0"),
                                        four("why\0"), four("who\0"), four("whom"),
                                        four("whos"),  four("when"),  four("wher")};

struct SurfaceCounter {
    Track digit, two_digits, three_digits, four_digits, capital, word, letters, start, two_bytes, four_bytes,
        eight_bytes, newline, sentence_mark, dot, comma, minus, dollar, start_w, start_h, start_capital;
    Runs capital_run, blank_run;
    /// Of each of `question_words`, how many.
    Ints asked{};

    void add_words(const surface::Masks& masks, SurfaceCounts& counts) {
        const std::uint64_t capitals = masks.of[surface::capital];
        word.push(masks.of[surface::word] | masks.high);
        start.push(word.now & ~word.back(1));
        two_bytes.push(word.now & word.back(1));
        four_bytes.push(two_bytes.now & two_bytes.back(2));
        eight_bytes.push(four_bytes.now & four_bytes.back(4));
        start_capital.push(start.now & capitals);
        const std::uint64_t second_capital = start_capital.back(1) & capitals;
        counts.words += ones(start.now);
        counts.word_bytes += ones(word.now);
        counts.long_words += ones(eight_bytes.now & ~eight_bytes.back(1));
        counts.one_letter_words += ones(start.back(1) & ~word.now);
        counts.capitals += ones(capitals);
        counts.capitalised_words += ones(start_capital.now);
        counts.capital_words += ones(capital_run.ends(capitals, second_capital) & ~word.now);
        counts.foreign_bytes += ones(masks.high);
        counts.options += ones(start_capital.back(1) & masks.of[surface::option_mark]);
    }

    void add_numbers(const surface::Masks& masks, SurfaceCounts& counts) {
        digit.push(masks.of[surface::digit]);
        two_digits.push(digit.now & digit.back(1));
        three_digits.push(two_digits.now & two_digits.back(1));
        four_digits.push(two_digits.now & two_digits.back(2));
        dot.push(masks.of[surface::dot]);
        comma.push(masks.of[surface::comma]);
        dollar.push(masks.of[surface::dollar]);
        const std::uint64_t thousands = three_digits.now & comma.back(3) & digit.back(4);
        const std::uint64_t price = digit.now & dollar.back(1);
        counts.digits += ones(digit.now);
        counts.numbers += ones(digit.now & ~digit.back(1));
        counts.large_numbers += ones((four_digits.now & ~four_digits.back(1)) | thousands);
        counts.decimals += ones(digit.now & dot.back(1) & digit.back(2));
        counts.commas += ones(comma.now);
        counts.prices += ones(price);
        counts.formula_marks += ones(masks.of[surface::backslash]) + ones(dollar.now) - ones(price);
    }

    void add_lines(const surface::Masks& masks, SurfaceCounts& counts) {
        newline.push(masks.of[surface::newline]);
        sentence_mark.push(masks.of[surface::sentence_mark]);
        const std::uint64_t blanks = masks.of[surface::blank];
        const std::uint64_t line_start = newline.back(1);
        const std::uint64_t first_mark = blank_run.ends(blanks, line_start);
        counts.newlines += ones(newline.now);
        counts.blank_lines += ones(first_mark & newline.now);
        counts.indented_lines += ones(first_mark & ~newline.now & ~line_start);
        counts.sentence_ends += ones((blanks | newline.now) & sentence_mark.back(1));
    }

    void add_marks(const surface::Masks& masks, SurfaceCounts& counts) {
        letters.push(word.now & ~digit.now);
        minus.push(masks.of[surface::minus]);
        const std::uint64_t hyphen = letters.now & minus.back(1) & letters.back(2);
        counts.question_marks += ones(masks.of[surface::question]);
        counts.quotes += ones(masks.of[surface::quote]);
        counts.brackets += ones(masks.of[surface::bracket]);
        counts.operators += ones(masks.of[surface::operation]) - ones(hyphen);
        counts.code_marks += ones(masks.of[surface::code]);
    }

    void add_question_words(const surface::Masks& masks, const std::uint8_t* bytes) {
        start_w.push(start.now & masks.of[surface::letter_w]);
        start_h.push(start.now & masks.of[surface::letter_h]);
        std::uint64_t second =
            (start_w.back(1) & masks.of[surface::letter_h]) | (start_h.back(1) & masks.of[surface::letter_o]);
        for (; second != 0; second &= second - 1) {
            const std::uint8_t* first = bytes + __builtin_ctzll(second) - 1;
            std::int32_t letters;
            __builtin_memcpy(&letters, first, sizeof letters);
            // A capital and its small letter differ in one bit only.
            letters |= 0x20202020;
            if (!surface::is_word(first[3])) letters &= 0xffffff;
            asked -= question_words == letters;
        }
    }

    void finish_question_words(SurfaceCounts& counts) const {
        const auto count = [&](unsigned lane) { return static_cast<std::uint32_t>(asked[lane]); };
        counts.what = count(0);
        counts.which = count(1);
        counts.how = count(2);
        counts.why = count(3);
        counts.who_when_where = count(4) + count(5) + count(6) + count(7) + count(8);
    }
};

static void count_surface(const std::uint8_t* bytes, std::size_t n, SurfaceCounts& counts) {
    counts = {};
    counts.bytes = static_cast<std::uint32_t>(n);
    SurfaceCounter counter;
    for (std::size_t i = 0; i <= n; i += 64) {
        const surface::Masks masks = classify(bytes + i);
        counter.add_words(masks, counts);
        counter.add_numbers(masks, counts);
        counter.add_lines(masks, counts);
        counter.add_marks(masks, counts);
        counter.add_question_words(masks, bytes + i);
    }
    counter.finish_question_words(counts);
}
