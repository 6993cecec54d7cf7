import PawlModel

extension BadInput {
    /// Paths that no asset may have.
    static let paths: [BadInput] = [
        ("empty", ""), ("dots", ".."), ("dots inside", "a/../b"), ("dots behind a mark", "../\u{301}a"),
        ("a dot", "./a"),
        ("absolute", "/etc/passwd"), ("slash at the end", "a/"), ("double slash", "a//b"), ("colon", "a:beta"),
        ("version number", "builds/win64@3"), ("control character", "a\u{1}b"), ("line break", "a\nb"),
        ("NUL", "a\u{0}"),
        ("600 characters", String(repeating: "x", count: 600)), ("not NFC", "e\u{301}"),
    ].map { name, path in
        BadInput("path: \(name)", 422, .invalid, ["/path"]) { world, _ in
            try await world.send(
                "POST", "/v1/assets", json: ["game_id": .string("\(world.game)"), "path": .string(path)])
        }
    }

    static let bodies: [BadInput] = [
        BadInput("path that is not UTF-8", 400, .malformedJSON) { world, _ in
            let body = Array("{\"game_id\":\"\(world.game)\",\"path\":\"a".utf8) + [0xff, 0xfe] + Array("\"}".utf8)
            return try await world.send("POST", "/v1/assets", body)
        },
        BadInput("unpaired surrogate", 400, .malformedJSON) { world, _ in
            try await world.send("POST", "/v1/games", Array(#"{"slug":"x","name":"\ud800"}"#.utf8))
        },
        BadInput("malformed JSON", 400, .malformedJSON) { world, _ in
            try await world.send("POST", "/v1/games", Array(#"{"slug":"#.utf8))
        },
        BadInput("JSON that is no object", 400, .malformedJSON) { world, _ in
            try await world.send("POST", "/v1/games", Array("[1]".utf8))
        },
        BadInput("JSON that never ends its depth", 400, .malformedJSON) { world, _ in
            try await world.send("POST", "/v1/games", [UInt8](repeating: UInt8(ascii: "["), count: 200_000))
        },
        BadInput("JSON in JSON in JSON", 400, .malformedJSON) { world, _ in
            let body = #"{"slug":"x","name":"X","settings":"# + String(repeating: #"{"a":"#, count: 40) + "1"
            return try await world.send("POST", "/v1/games", Array((body + String(repeating: "}", count: 41)).utf8))
        },
        BadInput("number beyond all numbers", 400, .malformedJSON) { world, _ in
            try await world.send("POST", "/v1/games", Array(#"{"slug":"x","name":"X","settings":{"a":1e999}}"#.utf8))
        },
        BadInput("JSON over its bound", 413, .bodyTooLarge) { world, _ in
            try await world.send("POST", "/v1/games", [UInt8](repeating: 0x20, count: Limits.jsonBodySizeMax + 1))
        },
        BadInput("unknown field", 422, .invalid, ["/colour"]) { world, _ in
            try await world.send("POST", "/v1/games", json: ["slug": "x", "name": "X", "colour": "red"])
        },
        BadInput("several violations", 422, .invalid, ["/x~1y", "/slug", "/name", "/settings"]) { world, _ in
            try await world.send("POST", "/v1/games", json: ["slug": "Not A Slug", "settings": 7, "x/y": 1])
        },
        BadInput("unknown game", 422, .invalid, ["/game_id"]) { world, _ in
            try await world.send(
                "POST", "/v1/assets", json: ["game_id": "gam_00000000000000000000000000", "path": "a"])
        },
        BadInput("line break in a header to be", 422, .invalid, ["/media_type"]) { world, _ in
            try await world.send(
                "POST", "/v1/assets",
                json: ["game_id": .string("\(world.game)"), "path": "a", "media_type": "a/b;\r\nX-Evil: 1"])
        },
        BadInput("taken path", 409, .notUnique, ["/path"]) { world, _ in
            try await world.send(
                "POST", "/v1/assets", json: ["game_id": .string("\(world.game)"), "path": "builds/win64"])
        },
        BadInput("wrong media type", 415, .unsupportedMediaType) { world, _ in
            try await world.send("POST", "/v1/games", Array("slug=x".utf8), type: "application/x-www-form-urlencoded")
        },
        BadInput("upload of an unknown asset", 404, .notFound) { world, fixture in
            try await world.send("POST", "/v1/uploads", json: ["asset_id": .string("\(fixture.unknown)")])
        },
        BadInput("upload with mistakes", 422, .invalid, ["/colour", "/asset_id", "/label", "/sha256"]) { world, _ in
            try await world.send("POST", "/v1/uploads", json: ["asset_id": 7, "label": 1, "sha256": "AB", "colour": 1])
        },
        BadInput("upload to a bad channel", 422, .invalid, ["/channel"]) { world, _ in
            try await world.send(
                "POST", "/v1/uploads", json: ["asset_id": .string("\(world.asset)"), "channel": "Not One"])
        },
        BadInput("patch without If-Match", 428, .preconditionRequired) { world, _ in
            try await world.send("PATCH", "/v1/games/\(world.game)", json: ["name": "X"])
        },
        BadInput("delete without If-Match", 428, .preconditionRequired) { world, _ in
            try await world.send("DELETE", "/v1/games/\(world.game)")
        },
        BadInput("patch of a stale revision", 412, .preconditionFailed) { world, _ in
            try await world.send(
                "PATCH", "/v1/games/\(world.game)", headers: ["If-Match": "\"99\""], json: ["name": "X"])
        },
        BadInput("patch with a weak tag", 412, .preconditionFailed) { world, _ in
            try await world.send(
                "PATCH", "/v1/games/\(world.game)", headers: ["If-Match": "W/\"1\""], json: ["name": "X"])
        },
        BadInput("patch with a tag without quotes", 400, .malformedRequest) { world, _ in
            try await world.send("PATCH", "/v1/games/\(world.game)", headers: ["If-Match": "1"], json: ["name": "X"])
        },
        BadInput("delete of what is used", 409, .inUse) { world, _ in
            try await world.send("DELETE", "/v1/games/\(world.game)", headers: ["If-Match": "*"])
        },
        BadInput("empty Idempotency-Key", 400, .malformedRequest) { world, _ in
            try await world.send(
                "POST", "/v1/games", headers: ["Idempotency-Key": "\"\""], json: ["slug": "i", "name": "I"])
        },
        BadInput("endless Idempotency-Key", 400, .malformedRequest) { world, _ in
            try await world.send(
                "POST", "/v1/games", headers: ["Idempotency-Key": String(repeating: "k", count: 256)],
                json: ["slug": "i", "name": "I"])
        },
        BadInput("PUT on a collection", 405, .methodNotAllowed) { world, _ in
            try await world.send("PUT", "/v1/games", json: [:])
        },
        BadInput("PATCH of a key", 405, .methodNotAllowed) { world, _ in
            try await world.send("PATCH", "/v1/keys/key_00000000000000000000000000", json: [:])
        },
        BadInput("unknown verb", 404, .notFound) { world, _ in
            try await world.send("POST", "/v1/keys/key_00000000000000000000000000:explode", json: [:])
        },
    ]

    static let queries: [BadInput] =
        [
            ("bad escape", "/v1/games?filter=%zz"), ("not UTF-8", "/v1/games?filter=%ff"),
            ("page size", "/v1/games?page_size=0"), ("page size in words", "/v1/games?page_size=ten"),
            ("page token", "/v1/games?page_token=7b7d"), ("order", "/v1/games?order_by=settings"),
            ("filter", "/v1/games?filter=slug"), ("versions of nothing", "/v1/versions"),
            ("versions by order", "/v1/versions?order_by=number"), ("uploads of no asset", "/v1/uploads?asset=x"),
        ].map { name, path in
            BadInput("query: \(name)", 400, .malformedQuery) { world, _ in try await world.send("GET", path) }
        } + [
            BadInput("query: validate_only", 400, .malformedQuery, ["?validate_only"]) { world, _ in
                try await world.send("POST", "/v1/games?validate_only=maybe", json: ["slug": "v", "name": "V"])
            },
            BadInput("query: version 0", 400, .malformedQuery) { world, _ in
                try await world.send("GET", Routes.content(ofAsset: world.asset) + "?version=0")
            },
            BadInput("query: version and channel", 400, .malformedQuery) { world, _ in
                try await world.send("GET", Routes.content(ofAsset: world.asset) + "?version=1&channel=live")
            },
        ]

    static let unknown: [BadInput] = [
        "/nothing", "/v1", "/v1/nothing", "/v1/games/gam_00000000000000000000000000",
        "/v1/games/ast_00000000000000000000000000",
        "/v1/games/x", "/v1/games/%2e%2e", "/v1/../healthz/x", "/v1/assets/%ff/content",
        "/v1/uploads/upl_00000000000000000000000000",
        "/v1/versions/ver_00000000000000000000000000", "/v1/versions/ver_00000000000000000000000000/content",
        "/v1/versions/ver_00000000000000000000000000/manifest", "/v1/assets/ast_00000000000000000000000000/content",
        "/v1/versions?filter=asset_id=%22ast_00000000000000000000000000%22",
    ].map { path in
        BadInput("nothing at \(path)", 404, .notFound) { world, _ in try await world.send("GET", path) }
    }
}
