import Foundation
import NIOCore
import PawlModel
import TestKit
import Testing

/// An upload through the streaming doors to a daemon that is killed while it goes on.
struct KilledStream {
    let site: Site
    let relay: ByteRelay
    let content: [UInt8]
    let asset: ResourceID
    let upload: ResourceID
    /// Where the upload goes on.
    private(set) var offset = 0
    /// The greatest offset that the daemon has told in any way.
    private(set) var acknowledged = 0

    /// Begins an upload.
    init(
        of content: [UInt8], to asset: ResourceID, as accent: StreamDoor.Accent, _ site: Site, behind relay: ByteRelay
    ) async throws {
        self.site = site
        self.relay = relay
        self.content = content
        self.asset = asset
        let door = StreamDoor(port: site.daemon.port, key: site.key)
        upload = try await door.begin(asset, length: content.count, as: accent)
    }

    var left: Int { content.count - offset }

    /// Sends part after part until the daemon is killed, which is some time after `count` more bytes are on their way;
    /// then starts it again.
    mutating func sendUntilKilled(
        as accent: StreamDoor.Accent, partLength: Int, after count: Int, pause: Duration = .zero
    ) async throws {
        let mark = relay.count(.toServer) + Int64(count)
        let (site, relay) = (site, relay)
        let kill = Task {
            await relay.reached(mark, .toServer)
            try await Task.sleep(for: pause)
            await site.killDaemon()
        }
        do {
            try await send(as: accent, partLength: partLength)
        } catch {
            kill.cancel()
            throw error
        }
        try await kill.value
        try await site.start(behind: relay)
    }

    /// Sends what is left, part after part. Stops when the connection breaks.
    mutating func send(as accent: StreamDoor.Accent, partLength: Int) async throws {
        let door = StreamDoor(port: try #require(URL(string: relay.address)?.port), key: site.key)
        while left > 0 {
            let end = offset + min(left, partLength)
            let sent = try await door.send(
                Array(content[offset..<end]), at: offset, isEnd: end == content.count, to: upload, as: accent)
            acknowledged = max(acknowledged, sent.acknowledged ?? 0)
            guard sent.status != 0 else { return }
            try #require((200..<300).contains(sent.status), "\(accent) at \(offset) of \(upload): \(sent)")
            offset = end
        }
    }

    /// Asks where to go on, and holds the answer against all that was told before.
    mutating func ask(as accent: StreamDoor.Accent) async throws {
        let door = StreamDoor(port: site.daemon.port, key: site.key)
        offset = try await door.offset(of: upload, as: accent)
        try #require(offset >= acknowledged, "\(upload) went back from \(acknowledged) to \(offset), seed \(testSeed)")
        acknowledged = offset
    }

    /// Ends an upload whose bytes are all there, and holds what is downloaded against what was sent.
    func finish(as accent: StreamDoor.Accent) async throws {
        let door = StreamDoor(port: site.daemon.port, key: site.key)
        switch accent {
        case .tus: #expect(try await door.offset(of: upload, as: .tus) == content.count)
        case .ietf:
            let sent = try await door.send([], at: content.count, isEnd: true, to: upload, as: .ietf)
            #expect((200..<300).contains(sent.status), "\(upload): \(sent)")
        }
        let answer = try await site.ask("GET", Routes.content(ofAsset: asset))
        let bytes = Array(answer.body.readableBytesView)
        let same = zip(bytes, content).prefix { $0 == $1 }.count
        #expect(
            answer.status == 200 && bytes == content,
            "\(answer.status): \(same) of \(bytes.count) bytes are those of the \(content.count), seed \(testSeed)")
    }
}
