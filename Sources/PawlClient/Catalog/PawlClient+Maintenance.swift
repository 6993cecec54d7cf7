internal import NIOHTTP1
public import PawlModel

extension PawlClient {
    /// Has the daemon check its rows against its bytes. Needs an admin key; takes as long as reading every block.
    public func doctor() async throws -> DoctorReport {
        try await send(Request(.POST, Routes.doctor).with([:]), bodySizeMax: Limits.manifestSizeMax).decoded()
    }
}
