// Surface counts from class masks, some blocks of 64 bytes at a time. What spans several bytes is counted at
// its last one (or the one after), so that only earlier masks are asked for. Included after the instruction
// set's own `classify` and `add_ones`.

POINTSMAN_INLINE Words load_mask(const std::uint64_t* blocks) {
    Words mask;
    __builtin_memcpy(&mask, blocks, sizeof mask);
    return mask;
}

/// A mask that is looked back into.
struct Track {
    Words now{};
    /// Of each block the one before it.
    Words before{};

    void push(Words mask) {
        before = block_before(now, mask);
        now = mask;
    }
    /// Bit i: what the mask says `distance` (1 .. 63) bytes before byte i.
    template <int distance>
    Words back() const {
        return look_back<distance>(now, before);
    }
};

/// Follows runs of a mask from some of their bits on, across blocks.
struct Runs {
    bool is_open = false;

    /// Bit i: a run that was entered at one of `starts` (or goes on from the last block) ends before byte i.
    /// A start outside the mask ends where it is. Adding carries a bit through the run's ones.
    Words ends(Words mask, Words starts) {
        Words sums;
        for (std::size_t b = 0; b < blocks_at_once; ++b) {
            std::uint64_t sum;
            const bool is_over = __builtin_add_overflow(mask[b], starts[b], &sum);
            is_open = __builtin_add_overflow(sum, std::uint64_t{is_open}, &sum) || is_over;
            sums[b] = sum;
        }
        return sums & ~mask;
    }
};

struct SurfaceFinder {
    Track word, start, start_capital, two_bytes, four_bytes, eight_bytes;
    Track digit, two_digits, four_digits, dot, comma, dollar, backslash;
    Track newline, sentence_mark, letter, minus, operation;
    Track start_w, start_h, start_wh, letter_w, letter_a, letter_i, letter_o, letter_y, letter_e;
    Runs capital_run, blank_run;

    void find_words(const Masks& masks, Words* found) {
        const Words capitals = load_mask(masks.of[surface::capital]);
        const Words high = load_mask(masks.high);
        word.push(load_mask(masks.of[surface::ascii_word]) | high);
        start.push(word.now & ~word.back<1>());
        start_capital.push(start.now & capitals);
        two_bytes.push(word.now & word.back<1>());
        four_bytes.push(two_bytes.now & two_bytes.back<2>());
        eight_bytes.push(four_bytes.now & four_bytes.back<4>());
        const Words second_capital = start_capital.back<1>() & capitals;
        found[surface::words] = start.now;
        found[surface::word_bytes] = word.now;
        found[surface::long_words] = eight_bytes.now & ~eight_bytes.back<1>();
        found[surface::one_letter_words] = start.back<1>() & ~word.now;
        found[surface::capitalised_words] = start_capital.now;
        found[surface::words_in_capitals] = capital_run.ends(capitals, second_capital) & ~word.now;
        found[surface::capitals] = capitals;
        found[surface::foreign_bytes] = high;
        found[surface::options] = start_capital.back<1>() & load_mask(masks.of[surface::option_mark]);
    }

    void find_numbers(const Masks& masks, Words* found) {
        digit.push(load_mask(masks.of[surface::digit]));
        two_digits.push(digit.now & digit.back<1>());
        four_digits.push(two_digits.now & two_digits.back<2>());
        dot.push(load_mask(masks.of[surface::dot]));
        comma.push(load_mask(masks.of[surface::comma]));
        dollar.push(load_mask(masks.of[surface::dollar]));
        backslash.push(load_mask(masks.of[surface::backslash]));
        const Words thousands = two_digits.now & digit.back<2>() & comma.back<3>() & digit.back<4>();
        found[surface::digits] = digit.now;
        found[surface::numbers] = digit.now & ~digit.back<1>();
        found[surface::large_numbers] = (four_digits.now & ~four_digits.back<1>()) | thousands;
        found[surface::decimals] = digit.now & dot.back<1>() & digit.back<2>();
        found[surface::prices] = dollar.back<1>() & digit.now;
        found[surface::formula_marks] = (dollar.back<1>() & ~digit.now) | backslash.back<1>();
        found[surface::commas] = comma.now;
    }

    void find_lines(const Masks& masks, Words* found) {
        newline.push(load_mask(masks.of[surface::newline]));
        sentence_mark.push(load_mask(masks.of[surface::sentence_mark]));
        const Words blanks = load_mask(masks.of[surface::blank]);
        const Words line_start = newline.back<1>();
        const Words first_mark = blank_run.ends(blanks, line_start);
        found[surface::newlines] = newline.now;
        found[surface::blank_lines] = first_mark & newline.now;
        found[surface::indented_lines] = first_mark & ~newline.now & ~line_start;
        found[surface::sentence_ends] = (blanks | newline.now) & sentence_mark.back<1>();
    }

    void find_marks(const Masks& masks, Words* found) {
        letter.push(word.now & ~digit.now);
        minus.push(load_mask(masks.of[surface::minus]));
        operation.push(load_mask(masks.of[surface::operation]));
        const Words hyphen = minus.back<1>() & letter.now & letter.back<2>();
        found[surface::question_marks] = load_mask(masks.of[surface::question]);
        found[surface::quotes] = load_mask(masks.of[surface::quote]);
        found[surface::brackets] = load_mask(masks.of[surface::bracket]);
        found[surface::operators] = operation.back<1>() & ~hyphen;
        found[surface::code_marks] = load_mask(masks.of[surface::code]);
    }

    /// By the first four letters of a word, or three and its end.
    void find_question_words(const Masks& masks, Words* found) {
        const Words h = load_mask(masks.of[surface::letter_h]);
        letter_w.push(load_mask(masks.of[surface::letter_w]));
        letter_a.push(load_mask(masks.of[surface::letter_a]));
        letter_i.push(load_mask(masks.of[surface::letter_i]));
        letter_o.push(load_mask(masks.of[surface::letter_o]));
        letter_y.push(load_mask(masks.of[surface::letter_y]));
        letter_e.push(load_mask(masks.of[surface::letter_e]));
        start_w.push(start.now & letter_w.now);
        start_h.push(start.now & h);
        start_wh.push(start_w.back<1>() & h);
        const Words wh = start_wh.back<2>();
        const Words m_or_s = load_mask(masks.of[surface::letter_m_or_s]);
        const Words n_or_r = load_mask(masks.of[surface::letter_n_or_r]);
        found[surface::what] = wh & letter_a.back<1>() & load_mask(masks.of[surface::letter_t]);
        found[surface::which] = wh & letter_i.back<1>() & load_mask(masks.of[surface::letter_c]);
        found[surface::how] = start_h.back<3>() & letter_o.back<2>() & letter_w.back<1>() & ~word.now;
        found[surface::why] = wh & letter_y.back<1>() & ~word.now;
        found[surface::who_when_where] =
            wh & ((letter_o.back<1>() & (m_or_s | ~word.now)) | (letter_e.back<1>() & n_or_r));
    }
};

static void count_surface(const std::uint8_t* bytes, std::size_t n, std::uint32_t* counts) {
    for (unsigned k = 0; k < surface::count_room; ++k) counts[k] = 0;
    SurfaceFinder finder;
    Masks masks;
    alignas(64) Words found[surface::count_room] = {};
    // The byte after the last ends what the last one is part of.
    for (std::size_t blocks = n / 64 + 1; blocks > 0;) {
        const std::size_t here = blocks < blocks_at_once ? blocks : blocks_at_once;
        classify(bytes, here, masks);
        finder.find_words(masks, found);
        finder.find_numbers(masks, found);
        finder.find_lines(masks, found);
        finder.find_marks(masks, found);
        finder.find_question_words(masks, found);
        add_ones(found, counts);
        bytes += 64 * here;
        blocks -= here;
    }
}
