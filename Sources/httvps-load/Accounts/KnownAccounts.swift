struct KnownAccounts: Sendable {
    private struct User: Decodable {
        var id: String
        var email: String
    }

    private struct Subscription: Decodable { var userId: String }

    private struct Device: Decodable {
        var id: String
        var userId: String
        var name: String
    }

    var users: [String: String] = [:]
    var subscribers: Set<String> = []
    var devices: [String: String] = [:]

    static func email(of index: Int) -> String { "load-\(index + 1)@load.example" }

    static func reading(_ desk: AdminDesk, plan: String, device name: String) async throws -> KnownAccounts {
        var known = KnownAccounts()
        for user in try await desk.list("users?limit=200", as: User.self) { known.users[user.email] = user.id }
        for entry in try await desk.list("subscriptions?limit=200&plan_id=\(plan)", as: Subscription.self) {
            known.subscribers.insert(entry.userId)
        }
        for device in try await desk.list("devices?limit=200", as: Device.self) where device.name == name {
            known.devices[device.userId] = device.id
        }
        return known
    }
}
