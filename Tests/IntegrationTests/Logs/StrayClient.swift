import Foundation
import HTTVPSTestSupport

struct StrayClient: Sendable {
    private static let script = """
        import base64, os, socket, ssl, struct, sys
        port, lines = int(sys.argv[1]), sys.stdin.read().split("\\n")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        tls = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost")
        tls.settimeout(20)
        key = base64.b64encode(os.urandom(16)).decode()
        tls.sendall((f"GET /ws HTTP/1.1\\r\\nHost: localhost\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
            f"Sec-WebSocket-Key: {key}\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n").encode())
        tls.recv(65536)
        for line in filter(None, lines):
            kind, text = line.split(" ", 1)
            body = text.encode()
            head = bytes([0x81 if kind == "text" else 0x82])
            size = bytes([0x80 | len(body)]) if len(body) < 126 else bytes([0xFE]) + struct.pack("!H", len(body))
            mask = os.urandom(4)
            tls.sendall(head + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(body)))
            try:
                print(tls.recv(65536))
            except OSError:
                break
        """

    let port: Int

    func say(_ messages: [String]) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("stray-\(UUID())")
        try messages.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "exec python3 -c \"$0\" \(port) < '\(file.path)'", Self.script])
        try await process.waitUntilExit(within: .seconds(60))
        return process.output
    }
}
