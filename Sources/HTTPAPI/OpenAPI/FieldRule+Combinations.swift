import PawlModel

/// Fields that are given together, and those that then are not.
struct FieldCombination: Hashable {
    var given: [String]
    var absent: [String]
}

extension [FieldRule] {
    /// Every way to keep those of the rules that want exactly one of some fields, in the order in which these are named;
    /// none when there is no such rule.
    ///
    /// They are few: a rule names a handful of fields.
    var combinations: [FieldCombination] {
        let groups = compactMap { rule -> [String]? in
            if case .exactlyOne(let names) = rule { names } else { nil }
        }
        var names: [String] = []
        for name in groups.joined() where !names.contains(name) { names.append(name) }
        guard !names.isEmpty else { return [] }
        return (0..<1 << names.count).map { bits in names.indices.filter { bits >> $0 & 1 == 1 } }
            .filter { given in groups.allSatisfy { group in given.count { group.contains(names[$0]) } == 1 } }
            .sorted { $0.lexicographicallyPrecedes($1) }
            .map { given in
                FieldCombination(
                    given: given.map { names[$0] },
                    absent: names.indices.filter { !given.contains($0) }.map { names[$0] })
            }
    }
}
