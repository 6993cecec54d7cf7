import ArgumentParser

@main
struct Pawl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pawl")
}
