// Where each instruction set's table lives. Private to native/simd.
#pragma once

#include "simd/kernels.h"

namespace pointsman {
namespace portable {
extern const Kernels table;
}
namespace avx2 {
extern const Kernels table;
}
namespace neon {
extern const Kernels table;
}
namespace avx512 {
extern const Kernels table;
}
}  // namespace pointsman
