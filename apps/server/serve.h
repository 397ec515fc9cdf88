// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exit_code.h"
#include "mien/result.h"
#include "serve_options.h"

namespace mien::server {

/// Lists all routes on stdout: method, path and the role that each needs.
void PrintRoutes();

/// Loads models and gallery, then serves until SIGTERM; with options.check
/// says on stdout what was loaded and returns.
///
/// Errors: those of Recognizer::Load(), Gallery::Open(), HttpServer::Open().
Result<cli::ExitCode> Serve(const ServeOptions& options);

}  // namespace mien::server
