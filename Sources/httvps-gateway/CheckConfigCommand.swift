import ArgumentParser
import HTTVPSGateway

struct CheckConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Read the settings, name every fault, and stop.")

    @OptionGroup var settings: ConfigurationOption

    func run() async throws {
        let configuration = try settings.load()
        print("The configuration has no faults. The gateway would listen on \(configuration.listener.address).")
    }
}
