import ArgumentParser
import Foundation

struct AdminAccess: ParsableArguments {
    @OptionGroup
    var name: AdminProfileName

    @Flag(help: "Print JSON, for scripts.")
    var json = false

    func talk(_ body: (AdminBackend) async throws -> Void) async throws {
        try await ExitStatus.reporting {
            let kept = try await AdminProfile.choose(named: name.profile, ProcessInfo.processInfo.environment)
            try await BackendClient.talking(to: kept.backend, authority: kept.caCert) { client in
                try await body(AdminBackend(client: client, token: kept.token))
            }
        }
    }

    func show(_ answer: AdminBackend.Answer, of resource: ResourceDescription) throws {
        if json { return try Terminal.print(answer.object.text) }
        let card = Card(object: answer.object, tag: answer.tag, first: resource.columns, bytes: resource.bytes)
        try Terminal.print(card.text)
    }
}
