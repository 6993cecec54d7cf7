import Blocks
import Logging
import Metrics

/// Turns what happens to blocks into log lines and metrics.
struct BlockObserver: Sendable {
    let logger: Logger

    func observe(_ observation: BlockObservation) {
        switch observation {
        case .published(let upload, let blocks, let bytes):
            Counter(label: "pawl_blocks_stored_total").increment(by: blocks)
            Counter(label: "pawl_block_bytes_stored_total").increment(by: bytes)
            Counter(label: "pawl_block_groups_synced_total").increment()
            logger.debug(
                "blocks stored", metadata: ["upload.id": "\(upload)", "blocks": "\(blocks)", "bytes": "\(bytes)"])
        case .sealed(let segment, let length):
            Counter(label: "pawl_segments_sealed_total").increment()
            logger.debug("segment sealed", metadata: ["segment": "\(segment)", "bytes": "\(length)"])
        case .recovered(let segment, let blocks, let cut):
            Counter(label: "pawl_blocks_recovered_total").increment(by: blocks)
            logger.notice(
                "segment recovered",
                metadata: ["segment": "\(segment)", "blocks": "\(blocks)", "bytes.cut": "\(cut)"])
        case .segmentLost(let segment, let length, let expected):
            logger.error(
                "segment gone or too short",
                metadata: [
                    "segment": "\(segment)", "bytes": "\(length.map(String.init) ?? "none")",
                    "bytes.expected": "\(expected)",
                ])
        case .unknownSegments(let count):
            logger.error("segments on disk that the database does not know", metadata: ["segments": "\(count)"])
        case .quarantined(let block, let segment):
            Counter(label: "pawl_blocks_quarantined_total").increment()
            logger.error("block damaged", metadata: ["block.id": "\(block)", "segment": "\(segment)"])
        case .compacted(let segment, let bytes):
            Counter(label: "pawl_segments_compacted_total").increment()
            Counter(label: "pawl_compaction_bytes_total").increment(by: bytes)
            logger.debug("segment compacted", metadata: ["segment": "\(segment)", "bytes": "\(bytes)"])
        case .removed(let segment, let bytes):
            Counter(label: "pawl_segments_removed_total").increment()
            Counter(label: "pawl_segment_bytes_removed_total").increment(by: bytes)
            logger.debug("segment removed", metadata: ["segment": "\(segment)", "bytes": "\(bytes)"])
        case .outOfSpace(let segment):
            Counter(label: "pawl_out_of_space_total").increment()
            logger.warning("disk full", metadata: ["segment": "\(segment.map(String.init) ?? "none")"])
        case .fileFailed(let segment, let reason):
            logger.error(
                "file failed", metadata: ["segment": "\(segment.map(String.init) ?? "none")", "reason": "\(reason)"])
        case .diskFailed(let segment, let reason):
            Counter(label: "pawl_disk_failures_total").increment()
            logger.critical(
                "disk failed, taking no more bytes",
                metadata: ["segment": "\(segment.map(String.init) ?? "none")", "reason": "\(reason)"])
        }
    }
}
