import PawlModel
import Testing

struct JSONDepthTests {
    @Test(arguments: [
        ("", 0), ("1", 0), ("{}", 1), ("[[],[]]", 2), (#"{"a":[{"b":1}]}"#, 3), (#"["[[[["]"#, 1), (#"["\"[[[["]"#, 1),
        (#"["\\",[]]"#, 2), ("]]]][", 0), ("[[[[", 4),
    ])
    func depth_isThatOfArraysAndObjects(_ text: String, _ depth: Int) {
        #expect(JSONValue.depth(of: text.utf8) == depth)
    }
}
