import Testing

/// What a tour shows is compared with what is printed, and not just looked at.
struct TourMatchTests {
    @Test func dotsStandForAnything_andTheRestForItself() {
        #expect(Tour.matches(["id  gam_1", "name  Sky"], ["id  gam_…", "name  Sky"]))
        #expect(Tour.matches(["a", "b", "c"], ["a", "…"]) && Tour.matches(["a"], ["…", "a", "…"]))
        #expect(Tour.matches([], []) && Tour.matches(["a-b-c"], ["a…b…c"]))
    }

    @Test func whatIsDifferent_isNoMatch() {
        #expect(!Tour.matches(["name  Sea"], ["name  Sky"]) && !Tour.matches(["a", "b"], ["a"]))
        #expect(!Tour.matches(["a"], ["a", "b"]) && !Tour.matches(["x"], ["…", "a"]))
        #expect(!Tour.matches(["id  gam_1 more"], ["id…1"]) && !Tour.matches(["ab"], ["ab…b"]))
    }
}
