import PawlModel
import TestKit
import Testing

struct RetentionTests {
    @Test(arguments: [
        ("release-*", "release-1.0", true), ("release-*", "release-", true), ("release-*", "prerelease-1", false),
        ("*", "", true), ("", "", true), ("", "a", false), ("a?c", "abc", true), ("a?c", "ac", false),
        ("*-final", "1-final-final", true), ("*-final", "1-finals", false), ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-c-b", false), ("v?.*", "v1.2.3", true), ("Ä*", "Änderung", true), ("release", "Release", false),
    ]) func label_isHeldByItsPattern(_ pattern: String, _ label: String, _ isHeld: Bool) {
        #expect(Retention(keepLabels: ["never", pattern]).holds(label: label) == isHeld)
    }

    @Test func noLabel_isNotHeld() {
        #expect(!Retention(keepLabels: ["*"]).holds(label: nil))
    }

    /// What a pattern of many stars costs is no more than the product of the lengths.
    @Test func manyStars_takeNoTime() {
        let pattern = String(repeating: "*a", count: 100)
        #expect(!Retention(keepLabels: [pattern]).holds(label: String(repeating: "a", count: 99)))
    }
}
