import PawlModel

/// What a studio configures of collection.
package struct CollectionRules: Hashable, Sendable {
    /// Seconds for which a deletion can be taken back.
    package var undeleteWindow: Int64
    /// Seconds that a block stays when nobody holds it any more.
    package var epoch: Int64
    /// The percentage of a segment that must be needed, else the rest of it is copied; 0 for never.
    package var liveShare: Int
    /// Bytes a second that are copied; 0 for any number.
    package var rate: Int64

    package init(
        undeleteWindow: Int64 = Limits.undeleteWindow, epoch: Int64 = Limits.collectionEpoch,
        liveShare: Int = Limits.segmentLiveShare, rate: Int64 = Limits.compactionRate
    ) {
        self.undeleteWindow = undeleteWindow
        self.epoch = epoch
        self.liveShare = liveShare
        self.rate = rate
    }
}
