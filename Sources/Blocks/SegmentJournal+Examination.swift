import BlockFormat
import Files
import Metadata
import PawlModel

extension SegmentJournal {
    /// Reads every durable byte of a segment of the journal; how many those are, and what is wrong with them.
    package func examine(
        _ number: Int64, pace: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) async throws -> (length: Int64, damages: [SegmentDamage]) {
        let mark = try await end
        // What a stop left behind the mark is told again.
        guard number <= mark.segment, var length = try await storage.length(of: number) else { return (0, []) }
        if number == mark.segment {
            guard length >= mark.length else { return (length, [SegmentDamage(.missing, length..<mark.length)]) }
            length = mark.length
        }
        do {
            let source = try await storage.read(number)
            do {
                // All but the last are sealed, and that one may be.
                let isSealed =
                    try await SegmentScan.footer(of: source, length: length) != nil || number < mark.segment
                let damages = try await SegmentExamination(
                    header: nil, number: number, length: length, isSealed: isSealed, nextKnown: { _ in nil },
                    pace: pace
                ).damages(in: source)
                try? await source.close()
                return (length, damages)
            } catch {
                try? await source.close()
                throw error
            }
        } catch let error as FileError where error.code == .io {
            return (length, [SegmentDamage(.unreadable, 0..<length)])
        } catch let error as BlockStoreError where error.code == .segmentMissing {
            return (0, [])
        }
    }
}
