internal import BlockFormat
internal import NIOPosix
internal import PawlModel

/// One pull of a folder: from what is on the disk and what the server has to the content of a version.
///
/// 1. A file gets its name by rename(2) after its data is durable: under each name is the whole old file or the whole new
///    one at any time.
/// 2. Every block that is written was proven by its id, wherever it came from.
/// 3. A local file is replaced or removed after all that others need of it was copied.
/// 4. Nothing is written or removed through a link, and nothing outside of the folder.
/// 5. What is of another kind than the version's makes way when the new is whole, and comes back when the pull fails.
/// 6. What the version does not have stays, unless it stands in the way or its removal was asked for.
struct FolderPull {
    /// Files that are synced one by one; more of them together by syncing the file system.
    private static let singleSyncsMax = 8

    let client: PawlClient
    let version: Version
    let content: FolderContent
    let path: String
    let options: PawlClient.PullOptions
    let meter: ProgressMeter

    init(
        client: PawlClient, version: Version, content: FolderContent, path: String, options: PawlClient.PullOptions,
        meter: ProgressMeter
    ) throws {
        self.client = client
        self.version = version
        self.content = content
        self.path = path
        self.options = options
        self.meter = meter
        // Names that are ours while a pull is under way; `pawl` pushes none, and another client may.
        if let entry = content.entries.first(where: { $0.path.utf8.split(separator: 47).contains { Self.isOurs($0) } })
        {
            throw ClientError(
                .unsupported, "The version has '\(entry.path.withoutControls)', a name that a pull uses itself.",
                advice: "Fetch the other files with --entry.")
        }
    }

    private static func isOurs(_ name: Substring.UTF8View) -> Bool {
        name.first == UInt8(ascii: ".") && name.suffix(13).elementsEqual(".pawl-partial".utf8)
    }

    /// Returns what was done, or what would be.
    func run() async throws -> FolderPlan {
        meter.enter(.comparing)
        if let state = try FileState(path: path), !state.isDirectory {
            throw ClientError(
                .notAFile, "'\(path.withoutControls)' is not a folder, and the version is one.",
                advice: "Name a folder, or one that is to be made.")
        }
        guard !options.isDryRun else { return try await prepared().plan }
        let area = try await client.threads.runIfActive { [path] in
            try OpenFolder.make(path)
            let area = try StagingArea(in: try OpenFolder(path))
            area.putBackAll()
            return area
        }
        do {
            let prepared = try await prepared()
            try await apply(prepared, area)
            return prepared.plan
        } catch {
            // Without a file that a later pull could go on with, nothing of ours is left.
            if area.isEmpty { try? area.remove() }
            throw error
        }
    }

    // MARK: Planning

    /// A plan with what it was made from.
    private struct Prepared: Sendable {
        var plan: FolderPlan
        var local: LocalFolder
        /// What each file that is written is called in the staging area.
        var names: [Int: String]
        /// Those that are there already, with blocks in their places.
        var kept: Set<String>
        /// Of those blocks, in bytes.
        var keptBytes: Int64

        func name(of entry: Int) -> String {
            guard let name = names[entry] else { preconditionFailure("each file that is written has a name") }
            return name
        }
    }

    private func prepared() async throws -> Prepared {
        let cacheFile = options.usesCache ? CacheFile(of: path) : nil
        let cache = try await client.threads.runIfActive { cacheFile?.load() } ?? BlockCache()
        var local = try await LocalFolder(path, cache: cache, threads: client.threads)
        try await local.read(content, others: false)
        var plan = FolderPlan(content, items: local.items, removesOthers: options.removesOthers)
        let names = stagingNames(plan)
        let present = try await presentBlocks(names)
        if !present.isEmpty {
            plan = FolderPlan(content, items: local.items, present: present, removesOthers: options.removesOthers)
        }
        if plan.bytesDown > 0 {
            // Files under other names may have it.
            try await local.read(content, others: true)
            plan = FolderPlan(content, items: local.items, present: present, removesOthers: options.removesOthers)
        }
        let keptBytes = present.reduce(Int64(0)) { sum, file in
            zip(file.value, content.entries[file.key].blocks).reduce(sum) { $0 + ($1.0 ? Int64($1.1.length) : 0) }
        }
        return Prepared(
            plan: plan, local: local, names: names, kept: Set(present.keys.compactMap { names[$0] }),
            keptBytes: keptBytes)
    }

    /// Each file is called by its root, with a number where that is there again.
    private func stagingNames(_ plan: FolderPlan) -> [Int: String] {
        var counts: [Digest: Int] = [:]
        var names: [Int: String] = [:]
        for write in plan.writes {
            let root = content.entries[write.entry].root
            let count = counts[root, default: 0]
            counts[root] = count + 1
            names[write.entry] = count == 0 ? root.hex : "\(root.hex)-\(count)"
        }
        return names
    }

    /// Which blocks a killed pull has left in their places.
    private func presentBlocks(_ names: [Int: String]) async throws -> [Int: [Bool]] {
        let files = names.compactMap { entry, name -> ScanFile? in
            let path = StagingArea.path(of: name, in: path)
            // A link, of either kind, would lead elsewhere.
            guard let state = FileState(itself: path), state.isRegular, state.linkCount == 1 else { return nil }
            let lengths = content.entries[entry].blocks.map(\.length)
            return ScanFile(number: entry, path: path, cuts: .lengths(lengths), isOptional: true)
        }
        guard !files.isEmpty else { return [:] }
        let reading = try await FolderReading.read(files, threads: client.threads)
        return reading.blocks.reduce(into: [:]) { present, file in
            present[file.key] = zip(file.value, content.entries[file.key].blocks).map { $0 == $1 }
        }
    }

    // MARK: Doing it

    private func apply(_ prepared: Prepared, _ area: StagingArea) async throws {
        let (plan, local) = (prepared.plan, prepared.local)
        let threads = client.threads
        let folder = area.folder
        guard !plan.isNothing else {
            try await threads.runIfActive {
                try area.clear()
                try area.remove()
            }
            if !local.readTimes.isEmpty { await remember(local, [:]) }
            return
        }
        let aside = try await threads.runIfActive { [path] in
            try area.clearFiles(except: prepared.kept)
            try FreeSpace.require(plan.growthMax - prepared.keptBytes, at: path, for: path)
            return AsideItems(plan.displaced, of: local, in: area, directories: plan.directories)
        }
        do {
            try await bring(prepared, area, aside)
        } catch {
            // Nothing that was put aside is gone before the new is there. In a task of its own, for this one may be
            // cancelled.
            await Task {
                try? await threads.runIfActive {
                    for directory in plan.directories.reversed() { try? folder.remove(directory, isDirectory: true) }
                    aside.putBack()
                }
            }.value
            throw error
        }
    }

    private func bring(_ prepared: Prepared, _ area: StagingArea, _ aside: AsideItems) async throws {
        let (plan, local) = (prepared.plan, prepared.local)
        let threads = client.threads
        let folder = area.folder
        let content = content
        try await threads.runIfActive {
            for directory in plan.directories where !aside.stand(onTheWayTo: directory) {
                try folder.makeDirectory(directory)
            }
        }
        meter.enter(.transferring)
        meter.kept(bytes: content.size - plan.bytesWritten)
        let fill = FolderFill(
            client: client, version: version, content: content, area: area, meter: meter,
            name: prepared.name)
        var published: Set<Int> = []
        var finished: [Int: FileState] = [:]
        for batch in plan.batches {
            let writes = batch.writes.map { plan.writes[$0] }
            let there = published
            try await fill.fill(writes) { origin in
                switch origin {
                case .item(let item): aside.path(of: item)
                case .entry(let entry):
                    there.contains(entry)
                        ? folder.path + "/" + content.entries[entry].path : area.path(of: prepared.name(of: entry))
                }
            }
            let ready = batch.publishes.map { plan.writes[$0].entry }
            let states = try await threads.runIfActive {
                let states = try finish(writes, prepared, area)
                for entry in ready {
                    try aside.makeWay(to: content.entries[entry].path)
                    try folder.publish(prepared.name(of: entry), from: area.descriptor, at: content.entries[entry].path)
                }
                return states
            }
            finished.merge(states) { $1 }
            published.formUnion(ready)
        }
        meter.enter(.finishing)
        try await threads.runIfActive { try finish(plan, local, area, aside) }
        await remember(local, finished)
    }

    /// Makes the data of files durable, and gives them their modes.
    private func finish(
        _ writes: [FolderPlan.Write], _ prepared: Prepared, _ area: StagingArea
    ) throws -> [Int: FileState] {
        var states: [Int: FileState] = [:]
        let syncsEach = writes.count <= Self.singleSyncsMax
        for write in writes {
            let entry = content.entries[write.entry]
            let plain = write.item.map { prepared.local.entries[$0].state.mode } ?? PermissionBits.new
            states[write.entry] = try area.open(prepared.name(of: write.entry)).finish(
                size: entry.size, mode: PermissionBits.of(plain, isExecutable: entry.isExecutable),
                synchronizes: syncsEach)
        }
        if !syncsEach { try area.folder.synchronize() }
        return states
    }

    /// Links, modes, and what goes; then all of it is durable.
    private func finish(
        _ plan: FolderPlan, _ local: LocalFolder, _ area: StagingArea, _ aside: AsideItems
    ) throws {
        let folder = area.folder
        try aside.makeWayToRest()
        for index in plan.links {
            try aside.makeWay(to: content.entries[index].path)
            try area.makeLink("link", to: content.entries[index].target)
            try folder.publish("link", from: area.descriptor, at: content.entries[index].path)
        }
        for index in plan.modes {
            try folder.setExecutable(content.entries[index].path, content.entries[index].isExecutable)
        }
        for item in plan.removed {
            try folder.remove(local.items[item].path, isDirectory: local.items[item].kind == .directory)
        }
        try area.clear()
        try folder.synchronize()
        try area.remove()
    }
}
