import BlockFormat
import Foundation
import PawlModel
import TestKit

/// A folder that a test makes, and what it is compared by.
struct FolderSample {
    let path: String

    init(_ path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A folder with files of random bytes, of random sizes up to `sizeMax`, in directories of ten.
    static func random(_ path: String, fileCount: Int, sizeMax: Int, seed: UInt64) throws -> FolderSample {
        let sample = try FolderSample(path)
        var random = SeededGenerator(seed: seed)
        for number in 0..<fileCount {
            let size = Int.random(in: 0...sizeMax, using: &random)
            try sample.write("d\(number / 10)/f\(number)", random.bytes(size))
        }
        return sample
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    func setMode(_ name: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path + "/" + name)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    func move(_ name: String, to target: String) throws {
        let end = URL(fileURLWithPath: path + "/" + target)
        try FileManager.default.createDirectory(at: end.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: path + "/" + name, toPath: end.path)
    }

    func text(_ name: String) -> String? { try? String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    func exists(_ name: String) -> Bool { attributes(path + "/" + name) != nil }

    /// Everything in it: kinds, executable bits, links and the bytes of files, by path.
    var contents: [String: String] {
        var contents: [String: String] = [:]
        guard let names = FileManager.default.enumerator(atPath: path) else { return [:] }
        for case let name as String in names {
            let full = path + "/" + name
            guard let attributes = attributes(full) else { continue }
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory?: contents[name] = "directory"
            case .typeSymbolicLink?:
                contents[name] = "-> " + ((try? FileManager.default.destinationOfSymbolicLink(atPath: full)) ?? "?")
            default:
                let bytes = (try? Data(contentsOf: URL(fileURLWithPath: full))) ?? Data()
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
                contents[name] = "\(mode & 0o100 != 0 ? "x" : "-") \(bytes.count) \(Digest(sha256Of: Array(bytes)))"
            }
        }
        return contents
    }

    /// Of what is there itself, links not followed.
    private func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        try? FileManager.default.attributesOfItem(atPath: path)
    }

    func isEqual(_ other: FolderSample) -> Bool { contents == other.contents }

    func copy(to path: String) throws -> FolderSample {
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: self.path, toPath: path)
        return try FolderSample(path)
    }
}

extension Site {
    /// A command that ends with `status`; what it printed.
    @discardableResult
    func command(_ arguments: [String], status expected: Int32 = 0) async throws -> ToolProcess {
        let tool = try pawl(arguments)
        let status = await tool.status()
        note(tool)
        guard status == expected else {
            throw ProcessError("\(arguments) ended with \(status): \(tool.errors) \(tool.output)")
        }
        return tool
    }

    /// A push or a pull of a folder that ends well.
    func transfer(_ arguments: [String]) async throws -> TransferSummary {
        try await TransferSummary(lastLineOf: command(arguments + ["--json"]).output)
    }
}
