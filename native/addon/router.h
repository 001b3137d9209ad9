// Handles of open router files.
#pragma once

#include <napi.h>

#include <memory>

#include "pointsman/router_file.h"

namespace pointsman::addon {

using SharedRouter = std::shared_ptr<const RouterFile>;

/// Throws a JS TypeError for anything but a handle that openRouter or readRouter gave.
SharedRouter read_router_handle(Napi::Value value);

}  // namespace pointsman::addon
