struct LoadAccounts: Sendable {
    private static let planCode = "load-test"
    private static let deviceName = "Load test"
    private static let workers = 16

    let desk: AdminDesk
    let progress: ProgressLine

    func devices(_ count: Int) async throws -> [LoadDevice] {
        progress.show("looking at the accounts that are there")
        let plan = try await plan()
        let known = try await KnownAccounts.reading(desk, plan: plan, device: Self.deviceName)
        return try await withThrowingTaskGroup(of: (Int, LoadDevice).self) { group in
            var devices: [Int: LoadDevice] = [:]
            func take(_ place: Int, _ device: LoadDevice) {
                devices[place] = device
                progress.show("accounts, each with a device of its own: \(devices.count) of \(count)")
            }
            for index in 0..<count {
                if index >= Self.workers, let (place, device) = try await group.next() { take(place, device) }
                group.addTask { (index, try await device(index, plan, known)) }
            }
            for try await (place, device) in group { take(place, device) }
            return devices.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private func plan() async throws -> String {
        struct Plan: Encodable {
            var code = LoadAccounts.planCode
            var name = "Load test"
            var period = "none"
            var maxDevices = 10
            var maxSessions = 1_000
            var maxStreams = 256
        }
        let found: [Reference] = try await desk.list("plans?code=\(Self.planCode)")
        if let plan = found.first { return plan.id }
        return try await desk.create("plans", Plan(), as: Reference.self).id
    }

    private func device(_ index: Int, _ plan: String, _ known: KnownAccounts) async throws -> LoadDevice {
        let user = try await user(KnownAccounts.email(of: index), known)
        if !known.subscribers.contains(user) {
            _ = try await desk.create(
                "subscriptions", ["user_id": user, "plan_id": plan], as: Reference.self)
        }
        let device = try await device(of: user, known)
        let tokens: Tokens = try await desk.create("devices/\(device)/tokens", ["expires_in_sec": 86_400])
        return LoadDevice(id: device, token: tokens.accessToken)
    }

    private func user(_ email: String, _ known: KnownAccounts) async throws -> String {
        if let user = known.users[email] { return user }
        return try await desk.create("users", ["email": email, "name": "Load test"], as: Reference.self).id
    }

    private func device(of user: String, _ known: KnownAccounts) async throws -> String {
        if let device = known.devices[user] { return device }
        let body = ["user_id": user, "name": Self.deviceName, "platform": "linux"]
        return try await desk.create("devices", body, as: Reference.self).id
    }

    private struct Tokens: Decodable { var accessToken: String }
}

struct Reference: Decodable, Sendable { var id: String }
