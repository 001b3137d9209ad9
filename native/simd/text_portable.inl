// Text kernels in plain C++: the reference for the others, and the code of machines without them.

static std::size_t narrow(const char16_t* text, std::size_t n, std::uint8_t* out) {
    std::size_t done = 0;
    while (done < n) {
        const std::size_t block = n - done < narrow_block ? n - done : narrow_block;
        unsigned seen = 0;
        for (std::size_t i = done; i < done + block; ++i) {
            seen |= text[i];
            out[i] = static_cast<std::uint8_t>(text[i]);
        }
        if (seen > 0x7f) break;
        done += block;
    }
    return done;
}

static std::size_t edges(std::uint8_t* bytes, std::size_t n, std::uint32_t* out) {
    std::size_t count = 0;
    bool inside = false;
    for (std::size_t i = 0; i <= n; ++i) {
        const std::uint8_t byte = bytes[i];
        const bool capital = byte - unsigned{'A'} < 26;
        const std::uint8_t lower = static_cast<std::uint8_t>(byte | (capital ? 0x20 : 0));
        const bool word =
            lower - unsigned{'a'} < 26 || lower - unsigned{'0'} < 10 || lower == '_' || lower >= 0x80;
        bytes[i] = lower;
        // Written always, kept only at an edge: no branch to guess.
        out[count] = static_cast<std::uint32_t>(i);
        count += word != inside;
        inside = word;
    }
    return count;
}
