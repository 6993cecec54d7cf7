import Dispatch
import Glibc
import NIOPosix
import PawlModel
import TestKit

/// A connection to the daemon of which the test chooses every byte: for what no HTTP client would send.
struct Wire: Sendable {
    let port: Int

    enum Step: Sendable {
        case send([UInt8])
        /// Reads on until there is a whole head, such as that of `100 Continue`.
        case awaitHead
        /// Ends the sending half (FIN).
        case finish
        /// Takes in no more than a few KiB that are not read, as a small device does. Comes before anything is sent.
        case narrow
        /// Waits for the test.
        case hold(DispatchSemaphore)
    }

    /// Takes the steps on one connection, then reads until the daemon closes it.
    func exchange(_ steps: [Step]) async throws -> WireAnswer {
        try WireAnswer(try await exchangeBytes(steps))
    }

    /// The same, with all that was read as it came.
    func exchangeBytes(_ steps: [Step]) async throws -> [UInt8] {
        let port = port
        return try await wireThreads.runIfActive { try WireConnection(port: port).run(steps) }
    }

    /// Sends bytes and breaks the connection (RST), as a line does that goes dead.
    func sendAndBreak(_ bytes: [UInt8]) async throws {
        let port = port
        try await wireThreads.runIfActive { try WireConnection(port: port).sendAndBreak(bytes) }
    }
}

/// Each connection blocks a thread, so there are as many as a test has connections at once.
private let wireThreads: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 64)
    pool.start()
    return pool
}()

/// A blocking socket that reads while it sends: an answer may come before the body has ended.
private final class WireConnection {
    private let socket: Int32
    private var received: [UInt8] = []
    private var isEnded = false
    /// Milliseconds without a byte after which the test fails.
    private static let patience: Int32 = 20_000

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw ProcessError("connect: errno \(errno)") }
    }

    deinit { close(socket) }

    func run(_ steps: [Wire.Step]) throws -> [UInt8] {
        for step in steps {
            switch step {
            case .send(let bytes): try send(bytes)
            case .awaitHead: while !isEnded, !received.hasHead { try wait(for: POLLIN) }
            case .finish: shutdown(socket, Int32(SHUT_WR))
            case .narrow: narrow()
            case .hold(let semaphore): semaphore.wait()
            }
        }
        while !isEnded { try wait(for: POLLIN) }
        return received
    }

    func sendAndBreak(_ bytes: [UInt8]) throws {
        try send(bytes)
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func narrow() {
        var size: Int32 = 4096
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    private func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count, !isEnded {
            guard try wait(for: POLLIN | POLLOUT) & POLLOUT != 0 else { continue }
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count < 0, errno == EPIPE || errno == ECONNRESET { return }
            sent += max(0, count)
        }
    }

    /// Waits for one of `events`, and takes in what came; says which there were.
    @discardableResult
    private func wait(for events: Int32) throws -> Int32 {
        var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
        guard poll(&descriptor, 1, Self.patience) > 0 else {
            throw ProcessError("no answer, only \(String(decoding: received, as: UTF8.self))")
        }
        let met = Int32(descriptor.revents)
        if met & (POLLIN | POLLHUP | POLLERR) != 0 {
            var bytes = [UInt8](repeating: 0, count: 65536)
            let count = recv(socket, &bytes, bytes.count, 0)
            if count > 0 { received += bytes.prefix(count) } else { isEnded = true }
        }
        return met
    }
}

/// What came back: the last head, its body, and the interim heads before it.
struct WireAnswer: Sendable {
    var interim: [Int] = []
    var status = 0
    /// By lower-case name; a name that came twice is joined by a comma.
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    /// Empty for a connection that was closed without an answer.
    init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while let end = rest.headEnd {
            let lines = String(decoding: rest[..<end], as: UTF8.self).split(separator: "\r\n")
            rest = rest[(end + 4)...]
            guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                throw ProcessError("no HTTP: \(String(decoding: bytes.prefix(500), as: UTF8.self))")
            }
            if (100..<200).contains(status) {
                interim.append(status)
                continue
            }
            self.status = status
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                let value = parts[1].drop(while: { $0 == " " })
                headers[parts[0].lowercased(), default: ""] +=
                    headers[parts[0].lowercased()] == nil ? value : "," + value
            }
            body = Array(rest)
            return
        }
    }

    var json: JSONObject { (try? JSONValue(parsing: body))?.object ?? [:] }
    /// The stable code of a problem.
    var code: String? { json["code"]?.string }
    /// The pointers of all violations, in order.
    var pointers: [String] {
        guard case .array(let errors)? = json["errors"] else { return [] }
        return errors.compactMap { $0.object?["pointer"]?.string }
    }
    var id: ResourceID? { json["id"]?.string.flatMap { ResourceID($0) } }
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension Collection<UInt8> where Index == Int {
    /// Where the empty line behind a head begins.
    fileprivate var headEnd: Int? {
        guard count >= 4 else { return nil }
        return (startIndex...(endIndex - 4)).first {
            self[$0] == 13 && self[$0 + 1] == 10 && self[$0 + 2] == 13 && self[$0 + 3] == 10
        }
    }

    fileprivate var hasHead: Bool { headEnd != nil }
}
