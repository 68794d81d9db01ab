import Foundation
import NIOCore

@testable import HTTVPSGateway

enum TestSite {
    static let page = "<p>hello</p>"

    static func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("decoy-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
        for name in ["index.html", "sub/index.html"] {
            try page.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        try Data(repeating: 7, count: 1 << 20).write(to: folder.appendingPathComponent("big.bin"))
        return folder.path
    }

    static func gateway() async throws -> TestGateway {
        var options = TestGateway.Options.echo
        options.decoyDirectory = try folder()
        return try await TestGateway.start(options)
    }

    static func request(_ line: String, _ headers: [String] = ["Host: localhost"]) -> String {
        ([line] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }
}

extension TestConnection {
    static func exchange(
        _ requests: String..., port: Int, until text: String? = nil, isSecure: Bool = true
    ) async throws -> String {
        let connection = try await open(port: port, isSecure: isSecure)
        for request in requests { try await connection.write(request) }
        var answer = ""
        for await part in connection.arrived {
            answer += String(buffer: part)
            if let text, answer.contains(text) { break }
        }
        await connection.close()
        return answer
    }
}
