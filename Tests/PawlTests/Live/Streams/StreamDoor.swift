import PawlModel
import TestKit

/// The streaming doors over raw HTTP: each request is sent once, and all that its answers acknowledge is told.
struct StreamDoor: Sendable {
    /// The protocol that a request speaks.
    enum Accent: CaseIterable, Sendable {
        case tus
        case ietf

        fileprivate var version: String {
            switch self {
            case .tus: "Tus-Resumable: 1.0.0"
            case .ietf: "Upload-Draft-Interop-Version: 8"
            }
        }

        fileprivate func path(_ upload: ResourceID) -> String {
            self == .tus ? Routes.tus(upload) : Routes.upload(upload)
        }
    }

    /// What became of a part.
    struct Sent {
        /// Zero when the connection broke before the answer.
        var status: Int
        /// The greatest offset that was told, by the answer or by one before it.
        var acknowledged: Int?
    }

    /// The daemon's, or that of a relay to it.
    var port: Int
    var key: String

    /// Begins an upload without bytes.
    func begin(_ asset: ResourceID, length: Int, as accent: Accent) async throws -> ResourceID {
        let path = accent == .tus ? Routes.tus : Routes.content(ofAsset: asset)
        let target =
            accent == .tus ? "Upload-Metadata: asset \(asset.description.base64)" : "Upload-Complete: ?0"
        let answer = try WireAnswer(
            await exchange("POST", path, accent, [target, "Upload-Length: \(length)"], []))
        guard answer.status == 201, let upload = answer.upload else { throw ProcessError("no upload: \(answer.text)") }
        return upload
    }

    /// How far an upload is.
    func offset(of upload: ResourceID, as accent: Accent) async throws -> Int {
        let answer = try WireAnswer(await exchange("HEAD", accent.path(upload), accent, [], nil))
        guard answer.status == 200, let offset = answer.headers["upload-offset"].flatMap({ Int($0) }) else {
            throw ProcessError("no offset of \(upload): \(answer.status) \(answer.headers)")
        }
        return offset
    }

    /// Sends a part of the content.
    func send(
        _ bytes: [UInt8], at offset: Int, isEnd: Bool, to upload: ResourceID, as accent: Accent
    ) async throws -> Sent {
        var fields = ["Upload-Offset: \(offset)"]
        switch accent {
        case .tus: fields.append("Content-Type: \(MediaType.offsetOctets)")
        case .ietf: fields += ["Content-Type: \(MediaType.partialUpload)", "Upload-Complete: \(isEnd ? "?1" : "?0")"]
        }
        let received = try await exchange("PATCH", accent.path(upload), accent, fields, bytes)
        let answer = try WireAnswer(received)
        var told = InterimHead.all(in: received).map { $0.headers["upload-offset"] }
        if (200..<300).contains(answer.status) { told.append(answer.headers["upload-offset"]) }
        return Sent(status: answer.status, acknowledged: told.compactMap { $0.flatMap { Int($0) } }.max())
    }

    private func exchange(
        _ method: String, _ path: String, _ accent: Accent, _ fields: [String], _ body: [UInt8]?
    ) async throws -> [UInt8] {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        lines += ["Authorization: Bearer \(key)", accent.version] + fields
        if let body { lines.append("Content-Length: \(body.count)") }
        let head = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        return try await Wire(port: port).exchangeBytes([.send(head + (body ?? []))])
    }
}
