import Foundation
import HTTVPSTestSupport
import Testing

@Suite("The command line on a local stack", .serialized)
struct CommandLineTests {
    @Test("enrols with a code, connects with what it kept, runs commands, and renews through the tunnel")
    func walkThrough() async throws {
        try await LocalStack.running { stack in
            let page = Data("<p>a page</p>\n".utf8)
            try await FileSite.serving(["page.html": page]) { site in
                let device = try await EnrolledDevice.make(on: stack)
                try await enrolls(device)
                try await connects(device, to: site.url("page.html"), expecting: page)
                try await runsCommands(device, site.url("page.html"), expecting: page)
                try await renews(device)
                try await renewsOnce(device)
                try await saysWhatFails(device)
            }
        }
    }

    private func enrolls(_ device: EnrolledDevice) async throws {
        let first = try await device.enroll()
        #expect(first.status == 0, "\(first.output)")
        #expect(try device.mode(of: device.file) == 0o600)
        #expect(try device.mode(of: device.file.deletingLastPathComponent()) == 0o700)
        #expect(try device.text("refresh_token").hasPrefix("hvr_"))
        #expect(!first.output.contains(try device.text("refresh_token")))
        let kept = try await device.enroll()
        #expect(kept.status == 78 && kept.output.contains("--force"))
        let spent = try await device.enroll("--force")
        #expect(spent.status == 77 && spent.output.contains("unknown, used or too old"))
        let status = try await device.run(["status", "--json"])
        let name = try device.text("device_id")
        #expect(status.status == 0 && status.output.contains(name))
        #expect(!status.output.contains("hvr_"))
    }

    private func connects(_ device: EnrolledDevice, to url: String, expecting page: Data) async throws {
        let probe = try await device.run(["probe", "--json"])
        #expect(probe.status == 0 && probe.output.contains("\"session\":"), "\(probe.output)")
        let port = try LoopbackPort.free()
        let client = try device.start(["connect", "--socks", "127.0.0.1:\(port)", "--carrier", "http1"])
        try await client.waitUntilOutput(contains: "connected to", within: .seconds(60))
        let answer = try await Curl.run(["--socks5-hostname", "127.0.0.1:\(port)", url])
        #expect(answer.body == page)
        client.signal(SIGTERM)
        #expect(try await client.waitUntilExit(within: .seconds(30)) == 0)
        #expect(client.output.contains("stopped"))
    }

    private func runsCommands(_ device: EnrolledDevice, _ url: String, expecting page: Data) async throws {
        let curl = try await device.run(["run", "--", "curl", "-sS", url])
        #expect(curl.status == 0 && curl.output == String(decoding: page, as: UTF8.self))
        let socks = try await device.run(["run", "--", "sh", "-c", "curl -sS --proxy \"$all_proxy\" \(url)"])
        #expect(socks.status == 0 && socks.output == String(decoding: page, as: UTF8.self))
        #expect(try await device.run(["run", "--", "sh", "-c", "exit 7"]).status == 7)
        #expect(try await device.run(["run", "--", "sh", "-c", "kill -9 $$"]).status == 137)
        #expect(try await device.run(["run", "--", "/no/such/command"]).status == 127)
        let sleeper = try device.start([
            "run", "--", "sh", "-c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done",
        ])
        try await sleeper.waitUntilOutput(contains: "up", within: .seconds(60))
        sleeper.signal(SIGTERM)
        #expect(try await sleeper.waitUntilExit(within: .seconds(30)) == 5)
    }

    private func renews(_ device: EnrolledDevice) async throws {
        let issued = try await device.stack.create(
            "devices/\(try device.text("device_id"))/tokens", #"{"expires_in_sec":1}"#)
        let (access, refresh) = (issued["access_token"] as? String ?? "", issued["refresh_token"] as? String ?? "")
        try device.change {
            $0["access_token"] = access
            $0["refresh_token"] = refresh
            $0["access_expires_at"] = "2099-01-01T00:00:00Z"
        }
        let renewed = try await Poll.until(within: .seconds(60)) {
            let status = try await device.run(["run", "--", "true"]).status
            #expect(status == 0)
            return try device.text("refresh_token") != refresh
        }
        #expect(renewed)
        #expect(try device.text("access_token") != access)
        #expect(try device.mode(of: device.file) == 0o600)
        #expect(try await device.run(["run", "--", "true"]).status == 0)
    }

    private func renewsOnce(_ device: EnrolledDevice) async throws {
        let before = try device.text("refresh_token")
        try device.change { $0["access_expires_at"] = "2001-01-01T00:00:00Z" }
        let clients = try (0..<4).map { _ in try device.start(["run", "--", "true"]) }
        for client in clients { #expect(try await client.waitUntilExit(within: .seconds(90)) == 0, "\(client.output)") }
        #expect(try device.text("refresh_token") != before)
        #expect(try device.text("access_expires_at") > "2020")
        #expect(try await device.run(["run", "--", "true"]).status == 0)
    }

    private func saysWhatFails(_ device: EnrolledDevice) async throws {
        let nobody = try await device.run([
            "run", "--gateway", "wss://127.0.0.1:1/ws", "--give-up-after", "1", "--", "true",
        ])
        #expect(nobody.status == 69 && nobody.output.contains("cannot be reached"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: device.file.path)
        let exposed = try await device.run(["run", "--", "true"])
        #expect(exposed.status == 78 && exposed.output.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: device.file.path)
        #expect(try await device.run(["logout"]).status == 0)
        #expect(!FileManager.default.fileExists(atPath: device.file.path))
        #expect(try await device.run(["run", "--", "true"]).status == 78)
    }
}
