import Foundation
import HTTVPSTestSupport

struct EnrolledDevice: Sendable {
    let stack: LocalStack
    let folder: URL

    var file: URL { folder.appendingPathComponent("httvps/credentials.json") }

    static func make(on stack: LocalStack) async throws -> EnrolledDevice {
        let folder = stack.directory.appendingPathComponent("client-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let device = EnrolledDevice(stack: stack, folder: folder)
        try await stack.waitForHealthyGateway()
        let code = try await stack.enrollmentCode()
        try code.write(to: folder.appendingPathComponent("code"), atomically: true, encoding: .utf8)
        return device
    }

    func enroll(_ options: String = "") async throws -> (status: Int32, output: String) {
        let program = LocalStack.program.path
        let code = folder.appendingPathComponent("code").path
        let process = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "exec '\(program)' enroll - \(options) < '\(code)'"],
            environment: try environment([
                "HTTVPS_BACKEND_URL": stack.variable("HTTVPS_BACKEND_URL"),
                "HTTVPS_CA_CERT": stack.variable("HTTVPS_CA_CERT"),
            ]))
        return (try await process.waitUntilExit(within: .seconds(60)), process.output)
    }

    func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            executable: LocalStack.program.path, arguments: arguments, environment: environment([:]))
    }

    func run(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let process = try start(arguments)
        return (try await process.waitUntilExit(within: .seconds(90)), process.output)
    }

    func members() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
    }

    func text(_ name: String) throws -> String { try members()[name] as? String ?? "" }

    func change(_ edit: (inout [String: Any]) -> Void) throws {
        var members = try members()
        edit(&members)
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: JSONSerialization.data(withJSONObject: members))
        try handle.close()
    }

    func mode(of path: URL) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path.path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    private func environment(_ more: [String: String]) -> [String: String] {
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HTTVPS_") }
        variables["HOME"] = folder.path
        variables["XDG_CONFIG_HOME"] = folder.path
        return variables.merging(more) { $1 }
    }
}

extension LocalStack {
    static var program: URL { repository.appendingPathComponent(".build/debug/httvps") }

    func waitForHealthyGateway() async throws {
        let isHealthy = try await Poll.until(within: .seconds(60), every: .milliseconds(200)) {
            let items = try await admin("gateway-nodes?state=healthy")["items"] as? [[String: Any]]
            return items?.isEmpty == false
        }
        guard isHealthy else { throw Failure(description: "no gateway became healthy") }
    }

    func enrollmentCode() async throws -> String {
        let device = try await create(
            "devices", #"{"user_id":"\#(try variable("HTTVPS_USER_ID"))","name":"test","platform":"linux"}"#)
        guard let code = device["enrollment_code"] as? String else {
            throw Failure(description: "a device was made without a code")
        }
        return code
    }

    func create(_ path: String, _ body: String) async throws -> [String: Any] {
        let answer = try await Curl.run(
            ["\(try variable("HTTVPS_BACKEND_URL"))/api/v1/admin/\(path)", "-d", body],
            headers: [
                "Authorization: Bearer \(try variable("HTTVPS_ADMIN_TOKEN"))", "Content-Type: application/json",
            ])
        guard let members = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any] else {
            throw Failure(description: "\(path) answered \(answer.text)")
        }
        return members
    }
}
