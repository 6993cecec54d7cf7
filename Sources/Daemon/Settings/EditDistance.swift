/// How many letters have to be put in, left out or exchanged to make one word of another (Levenshtein).
struct EditDistance: Comparable {
    private let count: Int

    init(_ one: String, _ other: String) {
        let letters = Array(other)
        var row = Array(0...letters.count)
        for (index, letter) in one.enumerated() {
            var next = [index + 1]
            for column in letters.indices {
                let exchanged = row[column] + (letters[column] == letter ? 0 : 1)
                next.append(min(exchanged, row[column + 1] + 1, next[column] + 1))
            }
            row = next
        }
        count = row[letters.count]
    }

    static func < (one: EditDistance, other: EditDistance) -> Bool { one.count < other.count }
}
