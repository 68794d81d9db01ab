import ArgumentParser
import Foundation
import HTTVPSConfiguration
import HTTVPSGateway

struct ConfigurationOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("YAML file with settings.", valueName: "file"))
    var config: String?

    func load() throws -> GatewayConfiguration {
        do throws(ConfigurationError) {
            return try GatewayConfiguration.load(yamlPath: config)
        } catch {
            Self.complain(error.message)
            throw ExitCode(ExitStatus.configuration)
        }
    }

    static func complain(_ message: String) {
        try? FileHandle.standardError.write(contentsOf: Data("httvps-gateway: \(message)\n".utf8))
    }
}
