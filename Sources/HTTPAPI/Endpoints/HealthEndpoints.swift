import Blocks
import HTTPTypes
import Hummingbird
import Metadata
import NIOCore
import PawlModel
import Upkeep

extension API {
    /// Whether the daemon lives, whether it can do its work, and how it does.
    var healthEndpoints: [Endpoint] {
        [
            Endpoint(.get, Routes.health, access: .anyone) { _ in
                Response(status: .ok, json: ["status": "ok"])
            },
            Endpoint(.get, Routes.readiness, access: .anyone) { _ in
                if blocks.readOnlyReason != nil { throw Problem(.readOnly, "The disk failed: see the log.") }
                // Any read will do: it shows that the database answers.
                _ = try await writePath.database.read { try KeySecrets($0).isEmpty() }
                return Response(status: .ok, json: ["status": "ready"])
            },
            Endpoint(.get, Routes.metrics) { request in
                try request.caller.require(.admin)
                return Response(
                    status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: metricsText())))
            },
        ]
    }

    /// What the commands ask of a running daemon.
    var maintenanceEndpoints: [Endpoint] {
        [
            Endpoint(.post, Routes.doctor) { request in
                try request.caller.require(.admin)
                return Response(status: .ok, json: try JSONValue(try await doctor.examine()))
            }
        ]
    }
}
