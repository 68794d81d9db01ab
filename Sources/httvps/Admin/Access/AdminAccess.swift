import ArgumentParser
import Foundation

struct AdminAccess: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The backend, as it was named at `admin login` (default: $HTTVPS_ADMIN_PROFILE, else default).",
            valueName: "name"),
        completion: .custom { _, _, _ in AdminProfileFile.names(ProcessInfo.processInfo.environment) })
    var profile: String?

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    func talk(_ body: (AdminBackend) async throws -> Void) async throws {
        try await ExitStatus.reporting {
            let kept = try await AdminProfile.choose(named: profile, ProcessInfo.processInfo.environment)
            try await BackendClient.talking(to: kept.backend, authority: kept.caCert) { client in
                try await body(AdminBackend(client: client, token: kept.token))
            }
        }
    }

    func show(_ object: JSON, of resource: ResourceDescription) throws {
        if json { return try Terminal.print(object.text) }
        let first = resource.columns.filter { object.names.contains($0) }
        let names = first + object.names.filter { !first.contains($0) }
        let width = names.map(\.count).max() ?? 0
        for name in names {
            let value = Table.text(object[name], inBytes: resource.bytes.contains(name))
            try Terminal.print(name + String(repeating: " ", count: width - name.count + 2) + value)
        }
    }
}
