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
            Endpoint(
                .get, Routes.health, access: .anyone,
                Operation(
                    "getHealth", tag: "daemon", "Says that the daemon lives.",
                    answers: [.init(.ok, .object([Self.status]), "It lives.")])
            ) { _ in
                Response(status: .ok, json: ["status": "ok"])
            },
            Endpoint(
                .get, Routes.readiness, access: .anyone,
                Operation(
                    "getReadiness", tag: "daemon", "Says whether the daemon can do its work.",
                    answers: [
                        .init(.ok, .object([Self.status, Self.detail]), "It can, perhaps without taking new bytes.")
                    ], problems: [.readOnly])
            ) { _ in
                if blocks.readOnlyReason != nil { throw Problem(.readOnly, "The disk failed: see the log.") }
                // Any read will do: it shows that the database answers.
                _ = try await writePath.database.read { try KeySecrets($0).isEmpty() }
                // Whoever asks would take a daemon away that still serves all that it has.
                guard try await blocks.hasSpace() else {
                    return Response(
                        status: .ok,
                        json: [
                            "status": "degraded",
                            "detail":
                                "The disk is full but for what storage.reserve keeps free: new bytes are refused.",
                        ])
                }
                return Response(status: .ok, json: ["status": "ready", "detail": .null])
            },
            Endpoint(
                .get, Routes.metrics, access: .studioKeys(.admin),
                Operation(
                    "getMetrics", tag: "daemon", "How the daemon does, for Prometheus.",
                    answers: [.init(.ok, .text, as: "text/plain", "The metrics in Prometheus' text format.")])
            ) { _ in
                Response(
                    status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: metricsText())))
            },
        ]
    }

    private static let status = Field("status", .text(max: 20), isRequired: true, help: "ok, ready or degraded")
    private static let detail = Field("detail", .text(max: 500), help: "what is degraded")

    /// What the commands ask of a running daemon.
    var maintenanceEndpoints: [Endpoint] {
        [
            Endpoint(
                .post, Routes.doctor, access: .studioKeys(.admin),
                Operation(
                    "runDoctor", tag: "daemon", "Checks rows against bytes; changes nothing.",
                    answers: [.init(.ok, .object(DoctorReport.fields), "What was found.")])
            ) { _ in
                Response(status: .ok, json: try JSONValue(try await doctor.examine()))
            },
            Endpoint(
                .post, Routes.collect, access: .studioKeys(.admin),
                Operation(
                    "runCollection", tag: "daemon",
                    "Takes away what nobody needs, for some seconds, and tells what that was and whether all is done.",
                    parameters: [.validateOnly],
                    answers: [.init(.ok, .object(CollectionReport.fields), "What went, or in a dry run would.")],
                    problems: [.malformedQuery, .readOnly])
            ) { request in
                let report = try await request.isValidateOnly() ? collector.preview() : collector.collect()
                return Response(status: .ok, json: try JSONValue(report))
            },
            Endpoint(
                .post, Routes.scrub, access: .studioKeys(.admin),
                Operation(
                    "runScrub", tag: "daemon",
                    "Reads segments against their checksums for about a second, and says where to go on. What is damaged is "
                        + "taken out of service.",
                    parameters: [
                        .init(
                            "from", in: .query, .text(max: 40), example: "blocks/0",
                            help: "the next of the part before; the first segment unless given")
                    ],
                    answers: [.init(.ok, .object(ScrubReport.fields), "What was read and found.")],
                    problems: [.malformedQuery])
            ) { request in
                let place = request.query("from").map { ScrubPlace($0) } ?? .start
                guard let place else { throw Problem.malformedQuery("from", "must be the next that a scrub has told") }
                return Response(
                    status: .ok,
                    json: try JSONValue(try await scrub.run(from: place, for: .milliseconds(Limits.scrubSlice))))
            },
        ]
    }
}
