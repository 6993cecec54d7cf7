internal import NIOHTTP1
public import PawlModel

extension PawlClient {
    /// Who asked which version of the API, and how often. Needs an admin key.
    public func apiUsage() async throws -> [APIUsage] {
        let page: Page<APIUsage> = try await page(Routes.apiUsage, pageSize: nil)
        return page.items
    }

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

    /// Has the daemon read every byte of its segments, part by part. Needs an admin key.
    ///
    /// - Parameter progress: Called after each part with all that was found until then.
    public func scrub(progress: (ScrubReport) -> Void = { _ in }) async throws -> ScrubReport {
        var report = ScrubReport()
        repeat {
            let query = report.next.map { [(name: "from", value: $0)] } ?? []
            let part: ScrubReport = try await send(
                Request(.POST, Routes.scrub, query: query), bodySizeMax: Limits.manifestSizeMax
            ).decoded()
            report.append(part)
            progress(report)
        } while report.next != nil
        return report
    }
}
