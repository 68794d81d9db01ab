package import HTTVPSObservability
package import HTTVPSProtocol
import Synchronization

package final class EgressGuard: Sendable {
    private let policy: Mutex<TargetPolicy>
    private let denials: ClosedSet<TargetDenial, Counter>

    package init(_ policy: TargetPolicy, denials: ClosedSet<TargetDenial, Counter>) {
        self.policy = Mutex(policy)
        self.denials = denials
    }

    package func permits(_ target: TargetAddress) -> Bool { judge(target) == .allowed }

    package func judge(_ target: TargetAddress) -> TargetVerdict {
        let verdict = policy.withLock { $0.judge(target) }
        if case .denied(let denial) = verdict { denials[denial].increment() }
        return verdict
    }

    package func replaceRules(allowing allowed: [TargetRule], denying denied: [TargetRule]) {
        policy.withLock { policy in
            policy.allowed = allowed
            policy.denied = denied
        }
    }

    package func protect(hosts: [String]) {
        policy.withLock { policy in
            for host in hosts { policy.protect(host: host) }
        }
    }
}
