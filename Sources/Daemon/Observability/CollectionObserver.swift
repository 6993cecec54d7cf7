import Logging
import Metrics
import PawlModel

/// Turns what collections take away into log lines and metrics.
struct CollectionObserver: Sendable {
    let logger: Logger

    func observe(_ report: CollectionReport) {
        Counter(label: "pawl_collections_total").increment()
        Counter(label: "pawl_versions_deleted_by_retention_total").increment(by: report.versionsDeleted)
        Counter(label: "pawl_versions_collected_total").increment(by: report.versionsCollected)
        Counter(label: "pawl_blocks_condemned_total").increment(by: report.blocksCondemned)
        Counter(label: "pawl_blocks_deleted_total").increment(by: report.blocksDeleted)
        Counter(label: "pawl_collected_bytes_total").increment(by: max(0, report.bytesFreed))
        for note in report.notes { logger.warning("collection left something", metadata: ["reason": "\(note)"]) }
        guard report.hasChanged else { return }
        logger.info(
            "collected",
            metadata: [
                "versions.deleted": "\(report.versionsDeleted)", "versions.collected": "\(report.versionsCollected)",
                "blocks.condemned": "\(report.blocksCondemned)", "blocks.deleted": "\(report.blocksDeleted)",
                "segments.removed": "\(report.segmentsRemoved)",
                "segments.compacted": "\(report.segmentsCompacted)", "bytes.freed": "\(report.bytesFreed)",
            ])
    }
}

extension CollectionReport {
    fileprivate var hasChanged: Bool {
        versionsDeleted + versionsCollected + blocksCondemned + blocksDeleted + segmentsRemoved > 0
    }
}
