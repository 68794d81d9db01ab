import ArgumentParser

@main
struct HTTVPS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "httvps",
        abstract: "The HTTVPS client: local proxies whose connections travel through a gateway.",
        version: "0.1.0",
        subcommands: [Connect.self])
}
