import PawlModel
import Testing

struct JSONSizeTests {
    @Test(
        arguments: [
            .null, .bool(true), .bool(false), .int(0), .int(-9_007_199_254_740_991), .double(1.5), .double(3),
            .string(""), .string("a\"\\\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}ä€😀"), .array([]), .array([1]),
            .array([1, "two", .null]), .object([:]), .object(["a": 1]),
            .object(["a\n": .array([.object([:]), .array([])]), "b": "\u{1}", "c": .double(0.1)]),
        ] as [JSONValue])
    func textSize_isTheSizeOfTheText(_ value: JSONValue) {
        #expect(value.textSize == value.data.count, "\(value.text)")
    }
}
