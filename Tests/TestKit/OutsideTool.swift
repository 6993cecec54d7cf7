import Foundation

/// Something that a test uses and that a machine may lack: where it is, and what installs it.
package struct OutsideTool: Sendable {
    package let name: String
    /// The file that is there when the tool is.
    package let path: String
    /// The command that installs it.
    package let installation: String

    private init(_ name: String, path: String, installation: String) {
        self.name = name
        self.path = path
        self.installation = installation
    }

    package var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    /// A program on the search path, which a Debian package brings.
    package static func program(_ name: String, package: String? = nil) -> OutsideTool {
        let places = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        let path = places.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        return OutsideTool(
            name, path: path ?? "/usr/bin/\(name)", installation: "apt-get install \(package ?? name)")
    }

    /// A command of `.venv`, which a Python package brings.
    package static func python(_ command: String, package: String? = nil) -> OutsideTool {
        OutsideTool(
            command, path: PackageDirectory.path(".venv/bin/\(command)"),
            installation: ".ci/python \(package ?? command)")
    }

    /// A module of `.venv`, for scripts of the tests: the Python package brings no command that does what they need.
    package static func module(_ name: String, package: String? = nil) -> OutsideTool {
        let libraries = PackageDirectory.path(".venv/lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        let places = versions.map { "\(libraries)/\($0)/site-packages/\(name)" }
        let path = places.first { FileManager.default.fileExists(atPath: $0) }
        return OutsideTool(
            package ?? name, path: path ?? "\(libraries)/python3/site-packages/\(name)",
            installation: ".ci/python \(package ?? name)")
    }

    package static let aiotus = module("aiotus")
    package static let aria2 = program("aria2c", package: "aria2")
    package static let axel = program("axel")
    package static let chromium = program("chromium")
    package static let curl = program("curl")
    package static let jq = program("jq")
    package static let openssl = program("openssl")
    package static let openAPISpecValidator = python("openapi-spec-validator")
    package static let playwright = python("playwright")
    package static let rclone = program("rclone")
    package static let redbot = python("redbot")
    package static let resumableUpload = module("resumable_upload", package: "resumable-upload")
    package static let schemathesis = python("schemathesis")
    package static let tuspy = module("tusclient", package: "tuspy")
    package static let wget = program("wget")
    /// A file of the folder that holds Swagger UI.
    package static let swaggerUI = OutsideTool(
        "Swagger UI", path: PackageDirectory.path(".venv/swagger-ui/swagger-ui-bundle.js"),
        installation: ".ci/swagger-ui")
}
