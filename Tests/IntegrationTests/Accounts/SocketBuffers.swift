import Foundation

enum SocketBuffers {
    private static let window: Int64 = 262_144
    private static let batch: Int64 = 65_536

    static var mostUpPerStream: Int64 { window + limit("tcp_wmem") + own }

    static var mostDownPerStream: Int64 { limit("tcp_rmem") + own + 2 * batch }

    private static var own: Int64 { 2 * Int64(CountingNode.socketBuffer) }

    private static func limit(_ name: String) -> Int64 {
        let text = (try? String(contentsOfFile: "/proc/sys/net/ipv4/\(name)", encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isWhitespace).last.flatMap { Int64($0) } ?? 6 << 20
    }
}
