package import Metadata
package import PawlModel

/// What an examination found wrong with one segment.
package struct SegmentFindings: Sendable {
    package var segment: Int64
    /// Where, but for the content of blocks and tails.
    package var damages: [SegmentDamage]
    /// Content that nobody needs any more: what was pushed again, or superseded.
    package var unused: [SegmentDamage] = []
    /// Where it was damaged and is not any more.
    package var mended: [SegmentDamage] = []
    /// Blocks whose bytes are not what they were: they were taken out of service now, or were before.
    package var damagedBlocks: [AuditedBlock]
    /// Open uploads that have lost bytes behind their last cut.
    package var uploads: [ResourceID]

    package init(
        segment: Int64, damages: [SegmentDamage] = [], damagedBlocks: [AuditedBlock] = [], uploads: [ResourceID] = []
    ) {
        self.segment = segment
        self.damages = damages
        self.damagedBlocks = damagedBlocks
        self.uploads = uploads
    }
}
