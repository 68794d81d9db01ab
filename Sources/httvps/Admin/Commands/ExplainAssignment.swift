import ArgumentParser

struct ExplainAssignment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say which node a device would get, and why the others would not do.")

    @Argument(help: "The device's id.")
    var deviceID: String

    @Option(help: "The region that the client asks for.")
    var region: String?

    @Option(help: ArgumentHelp("Leave this node out.", valueName: "id"))
    var exclude: [String] = []

    @OptionGroup(title: "Access")
    var access: AdminAccess

    func run() async throws {
        try await access.talk { backend in
            var body: [String: JSON] = ["device_id": .text(deviceID), "exclude": .array(exclude.map(JSON.text))]
            if let region { body["region_code"] = .text(region) }
            let answer = try await backend.explain(.object(body)).object
            if access.json { return try Terminal.print(answer.text) }
            let columns = ["node_id", "region", "weight", "state", "removed_by", "score"]
            try Terminal.print(Table(columns: columns, rows: answer["candidates"].items).text)
            try Terminal.say("chosen: \(Table.text(answer["chosen"]))")
        }
    }
}
