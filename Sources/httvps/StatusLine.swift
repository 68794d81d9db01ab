import Foundation
import HTTVPSClient
import Logging

enum StatusLine {
    static func follow(_ states: AsyncStream<TunnelState>, level: Logger.Level) async {
        for await state in states {
            switch state {
            case .connecting(let gateway): if level <= .debug { say("connecting to \(gateway)") }
            case .connected(let session):
                if level <= .info {
                    say("connected to \(session.gateway): session \(session.sessionID), region \(session.region)")
                }
            case .paused(let reason, _): if level <= .info { say("paused: \(reason)") }
            case .resumed(let pause, _): if level <= .info { say("resumed after \(seconds(pause)) s") }
            case .waiting(let pause, let error):
                if level <= .warning { say("\(error); next attempt in \(seconds(pause)) s") }
            case .stopped(let error): if level <= .info, error.code == .stopped { say("stopped") }
            }
        }
    }

    static func say(_ text: String) { write("httvps: \(text)", to: .standardOutput) }

    static func fail(_ text: String) { write(text, to: .standardError) }

    private static func write(_ line: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data((line + "\n").utf8))
    }

    private static func seconds(_ duration: Duration) -> String {
        duration.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))
            .filter { $0.isNumber || $0 == "." }
    }
}
