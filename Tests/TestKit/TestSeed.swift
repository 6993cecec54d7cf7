import Foundation

/// The seed of this run: `PAWL_TEST_SEED`, or a new one. Tests put it into their failure messages.
package let testSeed: UInt64 =
    ProcessInfo.processInfo.environment["PAWL_TEST_SEED"].flatMap { UInt64($0) }
    ?? UInt64.random(in: 0...UInt64.max >> 1)
