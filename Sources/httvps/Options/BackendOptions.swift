import ArgumentParser
import Foundation
import HTTVPSClient

struct BackendOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The backend's address.", valueName: "https-url"))
    var backend: String?

    @Option(
        help: ArgumentHelp("PEM file with the authorities to trust, now and when connecting.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt"]))
    var caCert: String?

    func address(_ environment: [String: String]) throws(ClientError) -> String {
        guard let address = backend ?? environment["HTTVPS_BACKEND_URL"], !address.isEmpty else {
            throw ClientError(.configuration, "name the backend: --backend or HTTVPS_BACKEND_URL")
        }
        return try BackendClient.checkedBase(address)
    }

    func authority(_ environment: [String: String]) -> String? {
        let authority = (caCert ?? environment["HTTVPS_CA_CERT"]).flatMap { $0.isEmpty ? nil : $0 }
        return authority.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    }
}
