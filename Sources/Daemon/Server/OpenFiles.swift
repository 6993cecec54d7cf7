import Foundation
import Logging
import PawlModel

/// How many files the system lets the process have open, connections among them.
enum OpenFiles {
    /// Raises the limit as far as the system allows, and returns how many of `wanted` connections fit below it.
    static func connections(_ wanted: Int, _ logger: Logger) -> Int {
        var limit = rlimit()
        guard getrlimit(openFiles, &limit) == 0 else { return wanted }
        let hard = limit.rlim_max
        limit.rlim_cur = min(hard, max(limit.rlim_cur, rlim_t(wanted + Limits.openFilesReserve)))
        _ = setrlimit(openFiles, &limit)
        guard getrlimit(openFiles, &limit) == 0 else { return wanted }
        let fitting = max(1, Int(clamping: limit.rlim_cur) - Limits.openFilesReserve)
        if fitting < wanted {
            logger.warning(
                "fewer connections than configured: the limit of open files is too low",
                metadata: ["connections": "\(fitting)", "open_files": "\(limit.rlim_cur)"])
        }
        return min(wanted, fitting)
    }
}

#if canImport(Glibc)
    private let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
    private let openFiles = RLIMIT_NOFILE
#endif
