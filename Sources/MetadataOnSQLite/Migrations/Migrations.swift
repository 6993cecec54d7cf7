/// Every migration this binary knows, in order.
package enum Migrations {
    package static let all: [Migration] = [
        .m001, .m002, .m003, .m004, .m005, .m006, .m007, .m008, .m009, .m010, .m011, .m012, .m013, .m014, .m015, .m016,
        .m017, .m018,
    ]

    /// Stops a binary whose list is not numbered 1, 2, 3…: a database would record steps that mean something else.
    static func check(_ migrations: [Migration]) {
        precondition(
            migrations.map(\.number).elementsEqual(1..<migrations.count + 1),
            "migrations are numbered from 1 on, without gaps")
    }
}
