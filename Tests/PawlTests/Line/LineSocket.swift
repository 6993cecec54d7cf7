import Foundation
import Glibc
import NIOCore
import NIOPosix
import TestKit

/// A blocking TCP connection of which the test chooses every byte and every pause.
///
/// It lives on a thread of its own: `LineSocket.run` gives its body one.
final class LineSocket {
    private let socket: Int32
    private var received: [UInt8] = []
    /// Milliseconds without a byte after which a test fails.
    private static let patience: Int32 = 30_000

    /// - Parameter receiveBuffer: What the system takes in for a client that does not read; its default unless given.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let code = errno
            close(socket)
            throw ProcessError("connect: \(String(cString: strerror(code)))")
        }
    }

    deinit { close(socket) }

    /// Connects, and runs `body` on a thread that it may block.
    static func run<Result: Sendable>(
        _ port: Int, receiveBuffer: Int32? = nil, _ body: @escaping @Sendable (LineSocket) throws -> Result
    ) async throws -> Result {
        try await threads.runIfActive { try body(LineSocket(port: port, receiveBuffer: receiveBuffer)) }
    }

    // MARK: Sending

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends all, and reads nothing meanwhile. Fails when the daemon has broken the connection.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            try wait(for: POLLOUT)
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count > 0 || errno == EAGAIN else {
                throw ProcessError("send after \(sent) bytes: \(String(cString: strerror(errno)))")
            }
            sent += max(0, count)
        }
    }

    /// Sends a part each time that an interval has passed; false when the daemon ended the connection meanwhile.
    func dribble(_ parts: some Sequence<[UInt8]>, every milliseconds: Int32) throws -> Bool {
        for part in parts {
            if poll(POLLIN, milliseconds) { return false }
            do { try send(part) } catch { return false }
        }
        return true
    }

    /// Ends the sending half.
    func finish() { shutdown(socket, Int32(SHUT_WR)) }

    // MARK: Reading

    /// The next head, empty line included; what was read beyond it is kept.
    func readHead() throws -> String {
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
                defer { received.removeFirst(end) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            guard try receive() else {
                throw ProcessError("no head, only '\(String(decoding: received, as: UTF8.self))'")
            }
        }
    }

    /// The next answer: its head, and its body by `Content-Length`.
    func readAnswer() throws -> (head: String, body: String) {
        let head = try readHead()
        let length = head.lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
        while received.count < length {
            guard try receive() else { throw ProcessError("the body of '\(head)' ends at \(received.count)") }
        }
        defer { received.removeFirst(length) }
        return (head, String(decoding: received[..<length], as: UTF8.self))
    }

    /// All that comes until the daemon ends its sending half.
    func readToEnd() throws -> String {
        while try receive() {}
        return String(decoding: received, as: UTF8.self)
    }

    /// Reads once, up to 64 KiB.
    func readSome() throws { _ = try receive() }

    /// Whether something to read, or the end, comes within some milliseconds.
    func poll(_ events: Int32, _ milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
        return Glibc.poll(&descriptor, 1, milliseconds) > 0
    }

    /// False at the end, be it a FIN or a reset.
    private func receive() throws -> Bool {
        try wait(for: POLLIN)
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &bytes, bytes.count, 0)
        if count > 0 { received += bytes.prefix(count) }
        return count > 0
    }

    private func wait(for events: Int32) throws {
        guard poll(events, Self.patience) else { throw ProcessError("nothing moved for \(Self.patience) ms") }
    }
}

private let threads: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 32)
    pool.start()
    return pool
}()
