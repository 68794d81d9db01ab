import ArgumentParser
import Foundation
import HTTVPSConfiguration
import HTTVPSGateway

struct CheckConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config", abstract: "Read the settings and the certificate, name every fault, and stop.")

    @OptionGroup var settings: ConfigurationOption

    func run() async throws {
        let configuration = try settings.load()
        let expiresAt = try certificateExpiry(configuration)
        guard expiresAt > Date() else {
            ConfigurationOption.complain("The certificate expired at \(expiresAt.ISO8601Format()).")
            throw ExitCode(ExitStatus.configuration)
        }
        print("The configuration has no faults. The gateway would listen on \(configuration.listener.address).")
        print("The certificate is good until \(expiresAt.ISO8601Format()).")
    }

    private func certificateExpiry(_ configuration: GatewayConfiguration) throws -> Date {
        do {
            let certificate = try ServerCertificate(
                certificatePath: configuration.listener.certificatePath, keyPath: configuration.listener.keyPath)
            return Date(timeIntervalSince1970: TimeInterval(certificate.expiresAt))
        } catch {
            ConfigurationOption.complain("The gateway cannot start: \(error)")
            throw ExitCode(ExitStatus.configuration)
        }
    }
}
