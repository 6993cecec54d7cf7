import BlockFormat
package import Metadata
package import PawlModel
import Synchronization

extension Downloads {
    /// What a client that has `source` must fetch for `target`, and what it costs; without a source it has nothing.
    package func plan(from source: Selected?, to target: Selected) async throws -> Plan {
        guard source == nil || source?.gameNumber == target.gameNumber else {
            throw Problem.source("is of another game: nothing of it can be used")
        }
        return try await plans.run {
            var draft = PlanDraft(from: source?.version, to: target.version)
            try await draft.compareEntries(in: context.database)
            try await draft.compareBlocks(in: context.database)
            return draft.plan
        }
    }

    /// The version that a client says it has, when the caller may read it.
    package func source(_ id: ResourceID, for caller: Caller) async throws -> Selected {
        do {
            return try await version(id, for: caller)
        } catch let problem as Problem where problem.code == .notFound {
            throw Problem.source("names no version that there is")
        }
    }
}

extension Problem {
    fileprivate static func source(_ rule: String) -> Problem {
        Problem(.invalid, "from \(rule).", violations: [Violation("/from", rule)])
    }
}

/// Lets few plans be made at once.
final class PlanTurns: Sendable {
    private let count = Mutex(0)

    func run<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let isFree = count.withLock { count in
            guard count < Limits.plansMax else { return false }
            count += 1
            return true
        }
        guard isFree else { throw Problem(.unavailable, "Other plans are being made: try again in a moment.") }
        defer { count.withLock { $0 -= 1 } }
        return try await body()
    }
}

/// Compares two versions: first their entries, side by side, then their blocks.
private struct PlanDraft {
    private(set) var plan: Plan
    private let source: Version?
    private let target: Version

    init(from source: Version?, to target: Version) {
        plan = Plan(from: source?.id, to: target.id)
        self.source = source
        self.target = target
    }

    // MARK: Entries

    /// Counts files, and what they take on the client's disk on the way.
    mutating func compareEntries(in database: any SQLDatabase) async throws {
        var old = source.map { EntrySequence($0, database: database) }
        var new = EntrySequence(target, database: database)
        // What is on the disk now, and has been at most.
        var used = source?.size ?? 0
        var peak = used
        var (left, right) = (try await old?.next(), try await new.next())
        while left != nil || right != nil {
            switch Order(left, right) {
            case .onlyLeft:
                if left?.kind == .file { plan.filesRemoved += 1 }
                left = try await old?.next()
            case .onlyRight:
                if let right, right.kind == .file { add(right, &used, &peak) }
                right = try await new.next()
            case .both:
                if let left, let right { compare(left, right, &used, &peak) }
                (left, right) = (try await old?.next(), try await new.next())
            }
        }
        plan.temporaryBytes = max(0, peak - target.size)
    }

    private enum Order {
        case onlyLeft, onlyRight, both

        init(_ left: Entry?, _ right: Entry?) {
            guard let left else {
                self = .onlyRight
                return
            }
            guard let right else {
                self = .onlyLeft
                return
            }
            if left.path.utf8.elementsEqual(right.path.utf8) {
                self = .both
            } else {
                self = left.path.utf8.lexicographicallyPrecedes(right.path.utf8) ? .onlyLeft : .onlyRight
            }
        }
    }

    private mutating func add(_ entry: Entry, _ used: inout Int64, _ peak: inout Int64) {
        plan.filesAdded += 1
        plan.bytesWritten += entry.size
        used += entry.size
        peak = max(peak, used)
    }

    private mutating func compare(_ old: Entry, _ new: Entry, _ used: inout Int64, _ peak: inout Int64) {
        switch (old.kind == .file, new.kind == .file) {
        case (true, true):
            guard old.root != new.root else {
                // Another mode is set in place.
                if old.isExecutable == new.isExecutable { plan.filesUnchanged += 1 } else { plan.filesChanged += 1 }
                return
            }
            plan.filesChanged += 1
            plan.bytesWritten += new.size
            used += new.size
            peak = max(peak, used)
            used -= old.size
        case (true, false): plan.filesRemoved += 1
        case (false, true): add(new, &used, &peak)
        case (false, false): break
        }
    }

    // MARK: Blocks

    /// Finds what the client has nowhere.
    ///
    /// Of each id eight bytes are remembered: two of a million differ behind them once in 10⁷ plans, and whoever then
    /// finds a block missing that the plan leaves out fetches it as any other.
    mutating func compareBlocks(in database: any SQLDatabase) async throws {
        var known: Set<UInt64> = []
        if let source {
            try await Self.forEachBlock(of: source, in: database) { block, _ in known.insert(block.id.first64) }
        }
        var ranges = PlanRanges()
        try await Self.forEachBlock(of: target, in: database) { block, offset in
            guard known.insert(block.id.first64).inserted else { return }
            ranges.append(ContentRange(offset: offset, length: Int64(block.length)))
        }
        plan.ranges = ranges.joined()
        plan.bytesDown = plan.ranges.reduce(0) { $0 + $1.length }
    }

    private static func forEachBlock(
        of version: Version, in database: any SQLDatabase, _ body: (BlockReference, Int64) -> Void
    ) async throws {
        var offset: Int64 = 0
        while offset < version.size {
            let start = offset
            guard let page = try await database.read({ try VersionRows($0).blocks(of: version.id, from: start) }) else {
                throw SQLError.corrupt("\(version.id) ends before its size")
            }
            for block in page.blocks {
                body(block, offset)
                offset += Int64(block.length)
            }
        }
    }
}

extension Digest {
    /// The first 8 bytes as one number.
    fileprivate var first64: UInt64 {
        withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { buffer in
            write(to: buffer)
            return buffer.load(as: UInt64.self)
        }
    }
}
