import Daemon
import Foundation
import TestKit
import Testing

@Suite struct SettingsTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../config/pawl.yaml").standardized

    /// The file is the documentation of the settings: each key with its default, and its help in the line above.
    @Test(arguments: Setting.all.map(\.key)) func configurationFile_hasEveryKey(_ key: String) throws {
        let setting = try #require(Setting.all.first { $0.key == key })
        let parts = key.split(separator: ".")
        let value =
            switch setting.defaultValue {
            case .text(let text): text
            case .number(let number): String(number)
            }
        let lines = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n").map(String.init)
        var line = 0
        var indentation = ""
        for part in parts.dropLast() {
            line = try #require(lines[line...].firstIndex(of: "\(indentation)\(part):"))
            indentation += "  "
        }
        line = try #require(lines[line...].firstIndex(of: "\(indentation)\(parts[parts.count - 1]): \(value)"))
        #expect(lines[line - 1] == "\(indentation)# \(setting.help)")
    }

    @Test func configurationFile_hasNoOtherKey() throws {
        let lines = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n")
        let keys = lines.filter { line in
            let text = line.drop { $0 == " " }
            return line.hasPrefix("  ") && !text.hasPrefix("#") && !text.hasSuffix(":")
        }
        #expect(keys.count == Setting.all.count)
    }

    @Test func flags_winOverTheFile() async throws {
        let settings = try await Settings.load(
            file: Self.file.path, flags: ["http.port": "1", "storage.path": "/else"])
        #expect(settings.port == 1)
        #expect(settings.storage == "/else")
        #expect(settings.host == "127.0.0.1")
    }

    @Test(arguments: [("http.port", "many"), ("http.port", "70000"), ("log.level", "loud"), ("storage.path", "")])
    func badValue_isRefusedByName(_ key: String, _ value: String) async throws {
        let error = await #expect(throws: DaemonError.self) {
            try await Settings.load(file: Self.file.path, flags: [key: value])
        }
        #expect(error?.description.contains(key) == true)
    }

    /// What is mistyped must not pass for what was left out.
    @Test(arguments: [
        ("http:\n  prot: 1\n", "'http.prot' is no setting: did you mean http.port?"),
        ("htp:\n  port: 1\n", "'htp.port' is no setting: did you mean http.port?"),
        ("uploads:\n  size_maximum: 1\n", "did you mean uploads.size_max?"),
        ("http: 7420\n", "'http' is no setting: it is a section, with settings such as http."),
        ("http:\n  port: [1, 2]\n", "http.port must be one value"),
        ("storage:\n  path:\n    - a\n", "storage.path must be one value"),
    ]) func unknownKeyOrShape_isRefused(_ text: String, _ words: String) async throws {
        let directory = try TemporaryDirectory()
        try text.write(toFile: directory.path("pawl.yaml"), atomically: true, encoding: .utf8)
        let error = await #expect(throws: DaemonError.self) {
            try await Settings.load(file: directory.path("pawl.yaml"), flags: [:])
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func emptySections_andLists_areTaken() async throws {
        let directory = try TemporaryDirectory()
        let text = "http:\n  # port: 1\nstorage:\nlog:\n  level: debug\n"
        try text.write(toFile: directory.path("pawl.yaml"), atomically: true, encoding: .utf8)
        let settings = try await Settings.load(file: directory.path("pawl.yaml"), flags: [:])
        #expect(settings.port == 7420 && "\(settings.logLevel)" == "debug" && settings.corsOrigins == [])
        for origins in ["https://a.example, https://b.example", "[https://a.example, https://b.example]"] {
            try "http:\n  cors_origins: \(origins)\n".write(
                toFile: directory.path("pawl.yaml"), atomically: true, encoding: .utf8)
            let settings = try await Settings.load(file: directory.path("pawl.yaml"), flags: [:])
            #expect(settings.corsOrigins == ["https://a.example", "https://b.example"])
        }
    }

    @Test func missingFile_isNamed() async throws {
        let error = await #expect(throws: DaemonError.self) {
            try await Settings.load(file: "/nowhere/pawl.yaml", flags: [:])
        }
        #expect(error?.description.contains("/nowhere/pawl.yaml") == true)
    }
}
