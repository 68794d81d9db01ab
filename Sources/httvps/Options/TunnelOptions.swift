import ArgumentParser
import HTTVPSClient

struct TunnelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A gateway's address; give it several times to name others to turn to.", valueName: "wss-url"))
    var gateway: [String] = []

    @Option(
        help: ArgumentHelp(
            "What carries the tunnel: auto takes HTTP/2 where the gateway does, else HTTP/1.1.",
            valueName: "auto|h2|http1"))
    var carrier = CarrierPreference.auto

    @Option(help: ArgumentHelp("The device's identifier, together with a token.", valueName: "id"))
    var deviceId: String?

    @Option(
        help: ArgumentHelp("A file with the device's token, instead of kept credentials.", valueName: "file"),
        completion: .file())
    var tokenFile: String?

    @Option(
        help: ArgumentHelp("PEM file with the authorities to trust instead of the system's.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt"]))
    var caCert: String?

    @Option(help: ArgumentHelp("The region to ask for.", valueName: "code"))
    var region: String?

    @Option(help: ArgumentHelp("Seconds to try for the first session.", valueName: "seconds"))
    var giveUpAfter = 30

    func validate() throws {
        guard (1...86_400).contains(giveUpAfter) else {
            throw ValidationError("--give-up-after takes 1 to 86400 seconds.")
        }
    }
}
