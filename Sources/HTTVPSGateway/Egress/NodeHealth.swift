package import HTTVPSProtocol
import Synchronization

package final class NodeHealth: EgressHealth {
    private struct Record {
        var isReachable = true
        var connectMilliseconds: Int?
        var errors = 0
    }

    private let records = Mutex<[String: Record]>([:])

    package init() {}

    package func reached(_ nodeID: String, in duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        records.withLock { records in
            records[nodeID, default: Record()].isReachable = true
            records[nodeID]?.connectMilliseconds = milliseconds
        }
    }

    package func failed(_ nodeID: String) {
        records.withLock { records in
            records[nodeID, default: Record()].isReachable = false
            records[nodeID]?.errors += 1
        }
    }

    package func takeHealth() -> [HeartbeatRequest.Egress] {
        let taken = records.withLock { records in
            defer { records = [:] }
            return records
        }
        return taken.sorted { $0.key < $1.key }.map { nodeID, record in
            HeartbeatRequest.Egress(
                nodeID: nodeID, ok: record.isReachable, connectMilliseconds: record.connectMilliseconds,
                errors: record.errors)
        }
    }
}
