import BlockFormat
import Files
import Metadata
import PawlModel

extension SegmentJournal {
    /// The next segment of the journal behind one, by number, whether or not it is still there.
    package func next(after last: Int64) async throws -> Int64? {
        let known = try await storage.numbers() + store.database.read { try SegmentJournalRows($0).segments() }.keys
        return known.filter { $0 > last }.min()
    }

    /// Reads every durable byte of a segment of the journal; how many those are, and what is wrong with them.
    package func examine(
        _ number: Int64, pace: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) async throws -> (length: Int64, damages: [SegmentDamage]) {
        let mark = try await end
        let known = try await store.database.read { try SegmentJournalRows($0).segments()[number] }
        // What a stop left behind the mark is told again.
        guard number <= mark.segment else { return (0, []) }
        let told = number == mark.segment ? mark.length : known ?? 0
        var length = try await storage.length(of: number) ?? 0
        guard length >= told else { return (length, [SegmentDamage(.missing, length..<told)]) }
        if number == mark.segment { length = mark.length }
        guard length > 0 else { return (0, []) }
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
