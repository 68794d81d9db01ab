import Foundation
import Logging

final class PoolLoop {
    enum Pending {
        case query(Operation)
        case lease(PoolCommand.LeaseReply)

        func refuse(_ error: PostgresError) {
            switch self {
            case .query(let operation): operation.answer(.failure(error))
            case .lease(let reply): reply.resume(returning: .failure(error))
            }
        }
    }

    struct Waiting {
        var since: ContinuousClock.Instant
        var pending: Pending
    }

    static let shutdownGrace: Duration = .seconds(5)

    let configuration: PostgresConfiguration
    let mailbox: PoolMailbox
    let observer: (any PostgresPoolObserver)?
    let logger: Logger
    let readiness: ReadinessSet
    var machine: PoolStateMachine
    var members: [ConnectionID: PoolMember] = [:]
    var waiting: [OperationID: Waiting] = [:]
    var leases: [LeaseID: ConnectionID] = [:]
    var lostLeases: [LeaseID: PostgresError] = [:]
    var actions: [PoolStateMachine.Action] = []
    var lastConnectError: PostgresError?
    var now = ContinuousClock.now
    private var shutdownReplies: [CheckedContinuation<Void, Never>] = []
    private var shutdownDeadline: ContinuousClock.Instant?

    init?(
        configuration: PostgresConfiguration, mailbox: PoolMailbox, observer: (any PostgresPoolObserver)?,
        logger: Logger
    ) {
        guard let readiness = ReadinessSet(wake: mailbox.wakeDescriptor) else { return nil }
        self.configuration = configuration
        self.mailbox = mailbox
        self.observer = observer
        self.logger = logger
        self.readiness = readiness
        machine = PoolStateMachine(limits: configuration.limits)
    }

    func run() {
        actions = machine.start(now: now)
        performActions()
        while !isOver {
            let tags = readiness.wait(nextDeadline.map { ContinuousClock.now.duration(to: $0) })
            now = .now
            for tag in tags where tag != ReadinessSet.wakeTag { ready(ConnectionID(number: tag)) }
            for command in mailbox.collect() { receive(command) }
            dropOverdueMembers()
            actions += machine.tick(now: now)
            performActions()
            mailbox.publish(machine.counts)
        }
        finish()
    }

    func performActions() {
        while !actions.isEmpty {
            let batch = actions
            actions = []
            for action in batch { perform(action) }
        }
    }

    private var isOver: Bool {
        guard let shutdownDeadline else { return false }
        return machine.isDrained || shutdownDeadline <= now
    }

    private var nextDeadline: ContinuousClock.Instant? {
        let memberDeadline = members.values.compactMap(\.deadline).min()
        return [machine.nextDeadline, memberDeadline, shutdownDeadline].compactMap(\.self).min()
    }

    private func receive(_ command: PoolCommand) {
        switch command {
        case .query(let operation): acquire(operation.id, .query(operation))
        case .lease(let id, let reply): acquire(id, .lease(reply))
        case .run(let operation, let lease): run(operation, on: lease)
        case .release(let lease, let keep): release(lease, keep: keep)
        case .cancel(let id): cancel(id)
        case .cancelSent(let id): cancelSent(id)
        case .shutdown(let reply): shutDown(reply)
        }
        performActions()
    }

    private func acquire(_ id: OperationID, _ pending: Pending) {
        waiting[id] = Waiting(since: now, pending: pending)
        actions += machine.acquire(id, now: now)
    }

    private func shutDown(_ reply: CheckedContinuation<Void, Never>?) {
        if let reply { shutdownReplies.append(reply) }
        guard shutdownDeadline == nil else { return }
        shutdownDeadline = now + Self.shutdownGrace
        actions += machine.shutdown()
    }

    private func finish() {
        for command in mailbox.seal() { command.refuse(.poolClosed) }
        for member in members.values { drop(member, .poolClosed) }
        performActions()
        mailbox.publish(PoolCounts())
        for reply in shutdownReplies { reply.resume() }
    }
}
