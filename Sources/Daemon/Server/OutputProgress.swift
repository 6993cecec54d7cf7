import NIOCore
import NIOPosix

/// Whether the peer takes what is written to it.
///
/// The system buffers some megabytes, so a slow reader frees room for more only every minute or so; what the peer has
/// acknowledged moves with every packet.
struct OutputProgress {
    /// Whether something waits that the system had no room for.
    private(set) var isWaiting = false
    private var acknowledged: UInt64 = 0
    private var lastMove = NIODeadline.now()

    /// False when something waits and nothing was acknowledged since `limit`.
    mutating func hasMoved(on channel: any Channel, since limit: NIODeadline, now: NIODeadline) -> Bool {
        isWaiting = ((try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0) > 0
        let acknowledged = Self.acknowledgedBytes(of: channel)
        if !isWaiting || acknowledged == nil || acknowledged != self.acknowledged {
            self.acknowledged = acknowledged ?? 0
            lastMove = now
        }
        return lastMove > limit
    }

    /// Linux's `struct tcp_info` up to `tcpi_bytes_received`; `tcpi_bytes_acked` is its sixteenth word of 64 bits
    /// (linux/tcp.h). glibc's own declaration ends before it.
    private typealias TCPInformation = (
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
        UInt64, UInt64, UInt64
    )

    /// Nil where the system does not say.
    private static func acknowledgedBytes(of channel: any Channel) -> UInt64? {
        #if os(Linux)
            guard let socket = channel as? any SocketOptionProvider else { return nil }
            // On the event loop the answer is there at once.
            let answer = NIOLoopBoundBox<UInt64?>(nil, eventLoop: channel.eventLoop)
            socket.unsafeGetSocketOption(level: .tcp, name: .tcp_info).whenSuccess { (info: TCPInformation) in
                answer.value = info.15
            }
            return answer.value
        #else
            return nil
        #endif
    }
}
