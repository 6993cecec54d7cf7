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

    @Test func missingFile_isNamed() async throws {
        let error = await #expect(throws: DaemonError.self) {
            try await Settings.load(file: "/nowhere/pawl.yaml", flags: [:])
        }
        #expect(error?.description.contains("/nowhere/pawl.yaml") == true)
    }
}
