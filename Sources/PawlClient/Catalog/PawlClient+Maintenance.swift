internal import NIOHTTP1
public import PawlModel

extension PawlClient {
    /// Has the daemon check its rows against its bytes. Needs an admin key; takes as long as reading every block.
    public func doctor() async throws -> DoctorReport {
        try await send(Request(.POST, Routes.doctor).with([:]), bodySizeMax: Limits.manifestSizeMax).decoded()
    }

    /// Has the daemon take away what nobody needs, part after part until all is done. Needs an admin key; takes as long as
    /// copying what is left of segments.
    ///
    /// - Parameter validateOnly: Only tells what that would be.
    public func collect(validateOnly: Bool = false) async throws -> CollectionReport {
        let request = Request(
            .POST, Routes.collect, query: validateOnly ? [(name: "validate_only", value: "true")] : []
        ).with([:])
        var report = CollectionReport()
        repeat {
            report.add(try await send(request, bodySizeMax: Limits.answerSizeMax).decoded())
        } while !report.isComplete
        return report
    }
}
