import PawlModel
import TestKit
import Testing

/// The order of operations: behind what they depend on, otherwise as they were given; or a ring that is really there.
struct ChangesetOrderTests {
    @Test func everyOrder_keepsItsEdges_andOtherwiseThePlaces() throws {
        var generator = SeededGenerator(seed: testSeed)
        for round in 0..<300 {
            let count = Int.random(in: 1...40, using: &generator)
            // Along a hidden order, so that there is no ring.
            let hidden = Array(0..<count).shuffled(using: &generator)
            var edges: Set<ChangesetOrder.Edge> = []
            for _ in 0..<Int.random(in: 0...60, using: &generator) where count > 1 {
                let pair = [Int.random(in: 0..<count, using: &generator), Int.random(in: 0..<count, using: &generator)]
                    .sorted()
                if pair[0] != pair[1] { edges.insert(.init(hidden[pair[0]], before: hidden[pair[1]])) }
            }
            let places = try ChangesetOrder(count: count, edges: edges).places
            let place: Comment = "round \(round), seed \(testSeed)"
            #expect(places.sorted() == Array(0..<count), place)
            let turn = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
            #expect(edges.allSatisfy { turn[$0.first]! < turn[$0.second]! }, place)
            // Whoever comes before one with a lower place was not free to come later: that one still waited.
            for (first, second) in zip(places, places.dropFirst()) where first > second {
                #expect(edges.contains(.init(first, before: second)), place)
            }
        }
    }

    @Test func everyRing_isOne() {
        var generator = SeededGenerator(seed: testSeed)
        for round in 0..<300 {
            let count = Int.random(in: 2...30, using: &generator)
            let ring = Array(0..<count).shuffled(using: &generator).prefix(Int.random(in: 2...count, using: &generator))
            var edges = Set(zip(ring, ring.dropFirst() + [ring[0]]).map { ChangesetOrder.Edge($0, before: $1) })
            for _ in 0..<20 {
                let (first, second) = (
                    Int.random(in: 0..<count, using: &generator), Int.random(in: 0..<count, using: &generator)
                )
                if first != second { edges.insert(.init(first, before: second)) }
            }
            let place: Comment = "round \(round), seed \(testSeed)"
            do {
                _ = try ChangesetOrder(count: count, edges: edges)
                Issue.record(place)
            } catch ChangesetOrder.Failure.cycle(let path) {
                #expect(path.count > 1 && path.first == path.last, place)
                #expect(zip(path, path.dropFirst()).allSatisfy { edges.contains(.init($0, before: $1)) }, place)
                #expect(Set(path).count == path.count - 1, place)
            } catch {
                Issue.record(place)
            }
        }
    }
}

/// How a changeset is read: every mistake at once, and what is good again as it was.
struct ChangesetRequestTests {
    private func violations(_ operations: JSONValue) -> [String] {
        do {
            _ = try ChangesetRequest(json: ["operations": operations])
            return []
        } catch {
            return error.violations.map(\.pointer)
        }
    }

    @Test func mistakes_areToldByPointers() {
        #expect(violations([]) == ["/operations"])
        #expect(violations([["id": "a", "op": "make"]]) == ["/operations/0/op"])
        #expect(violations([["id": "a b", "op": "test", "target": "x"]]) == ["/operations/0/id"])
        #expect(violations([["id": "a", "op": "create", "body": [:]]]) == ["/operations/0/resource"])
        #expect(violations([["id": "a", "op": "update", "body": [:]]]) == ["/operations/0/target"])
        #expect(violations([["id": "a", "op": "delete", "target": "sword"]]) == ["/operations/0/target"])
        #expect(violations([["id": "a", "op": "delete", "target": ["$ref": "b"]]]) == ["/operations/0/target"])
        #expect(
            violations([
                ["id": "a", "op": "create", "resource": "items", "body": ["name": ["$ref": "c"]]],
                ["id": "a", "op": "call", "resource": "keys", "depends_on": ["d"], "if_none_exist": ["a": 1]],
            ]) == [
                "/operations/1/if_none_exist", "/operations/1/id", "/operations/0/body/name",
                "/operations/1/depends_on/0",
            ])
    }

    @Test func request_isReadAsItWasWritten() throws {
        let request = ChangesetRequest(
            message: "m", validateOnly: true, expectPlan: Digest(bytes: [UInt8](repeating: 7, count: 32)),
            operations: [
                ChangesetOperation(
                    "a", .create, resource: "items", body: ["name": ["$ref": "b#/name"], "deep": [["$ref": "b"]]],
                    ifNoneExist: ["sku": "x"], dependsOn: ["b"]),
                ChangesetOperation(
                    "b", .call, target: .row(ResourceID(prefix: "ent", value: 5)), verb: "revoke", ifMatch: 3),
                ChangesetOperation("c", .delete, target: .result(.init(operation: "a"))),
            ])
        #expect(try ChangesetRequest(json: request.json) == request)
        #expect(request.operations[0].references.map(\.pointer) == ["/body/deep/0", "/body/name"])
    }

    @Test func reference_findsMembersOfResults() {
        let result: JSONValue = ["id": "x", "a/b": [["~": 5]]]
        #expect(ChangesetReference(operation: "o").value(in: result) == "x")
        #expect(ChangesetReference(operation: "o", pointer: "/a~1b/0/~0").value(in: result) == 5)
        #expect(ChangesetReference(operation: "o", pointer: "/a~1b/1").value(in: result) == nil)
        #expect(ChangesetReference(["$ref": "o", "more": 1]) == nil)
    }
}
