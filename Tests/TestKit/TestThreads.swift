package import NIOPosix

/// Started threads for the blocking work of all tests; they live as long as the process.
package let testThreads: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 4)
    pool.start()
    return pool
}()
