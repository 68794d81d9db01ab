import Foundation
import Logging

extension PoolLoop {
    func ready(_ id: ConnectionID) {
        guard let member = members[id] else { return }
        if case .connecting = member.phase { return advanceConnect(member) }
        if member.driver.activeID != nil { return handle(member.driver.ready(), of: member) }
        guard member.connection.isAlive() || (member.lease != nil && member.connection.isOpen) else {
            return drop(member, member.connection.lostError)
        }
    }

    func start(_ operation: Operation, on member: PoolMember) {
        member.startedAt = now
        handle(member.driver.start(operation, now: now), of: member)
    }

    func dropOverdueMembers() {
        for member in members.values {
            guard let deadline = member.deadline, deadline <= now else { continue }
            drop(member, PostgresError(.databaseUnavailable, "PostgreSQL did not answer in time"))
        }
    }

    func drop(_ member: PoolMember, _ error: PostgresError) {
        guard members.removeValue(forKey: member.id) != nil else { return }
        if let lease = member.lease {
            leases[lease] = nil
            lostLeases[lease] = error
        }
        let operations = [member.driver.abandon()].compactMap(\.self) + member.queue
        member.queue = []
        guard member.isReady else { return connectFailed(member.id, error) }
        logger.debug("Database connection lost", metadata: ["error": "\(error.message)"])
        observer?.connectionLost(error)
        actions += machine.lost(member.id, now: now)
        for operation in operations { operation.answer(.failure(error)) }
    }

    private func advanceConnect(_ member: PoolMember) {
        switch member.connection.pollConnect() {
        case .failed(let error): drop(member, error)
        case .waiting(let interest): watch(member, interest)
        case .connected:
            member.phase = .settingUp
            let setup = Operation(
                id: mailbox.nextID(), body: .script(configuration.setupScript), limit: configuration.connectTimeout,
                origin: .setup)
            start(setup, on: member)
        }
    }

    private func watch(_ member: PoolMember, _ interest: PostgresConnection.Interest) {
        readiness.watch(member.connection.socket, tag: member.id.number, for: interest)
    }

    private func handle(_ outcome: ConnectionDriver.Outcome, of member: PoolMember) {
        switch outcome {
        case .pending(let interest): watch(member, interest)
        case .lost(let error): drop(member, error)
        case .done(let operation, let result):
            watch(member, .read)
            finish(operation, result, of: member)
        }
    }

    private func finish(_ operation: Operation, _ result: Result<PostgresResult, PostgresError>, of member: PoolMember)
    {
        if case .setup = operation.origin { return finishSetup(result, of: member) }
        observer?.queryFinished(after: member.startedAt.duration(to: now), error: result.failure)
        if case .failure(let error) = result, error.isUnavailable { drop(member, error) }
        operation.answer(result)
        if member.lease == nil { return settle(member) }
        startNext(member)
    }

    private func finishSetup(_ result: Result<PostgresResult, PostgresError>, of member: PoolMember) {
        if case .failure(let error) = result {
            return drop(member, PostgresError(.databaseUnavailable, error.message, cause: error))
        }
        if lastConnectError != nil { logger.info("Database available again") }
        lastConnectError = nil
        member.phase = .ready
        observer?.connectionOpened()
        actions += machine.connected(member.id, now: now)
    }

    private func startNext(_ member: PoolMember) {
        guard !member.isCancelling, member.driver.activeID == nil, !member.queue.isEmpty else { return }
        start(member.queue.removeFirst(), on: member)
    }

    func settle(_ member: PoolMember) {
        guard !member.isCancelling, members[member.id] != nil else { return }
        guard member.connection.isIdle else {
            return drop(member, PostgresError(.queryFailed, "a statement left its transaction open"))
        }
        actions += machine.release(member.id, now: now)
    }

    func run(_ operation: Operation, on lease: LeaseID) {
        guard let member = leases[lease].flatMap({ members[$0] }) else {
            let error = lostLeases[lease] ?? PostgresError(.connectionReturned, "the connection was given back already")
            return operation.answer(.failure(error))
        }
        member.queue.append(operation)
        startNext(member)
    }

    func release(_ lease: LeaseID, keep: Bool) {
        lostLeases[lease] = nil
        guard let member = leases.removeValue(forKey: lease).flatMap({ members[$0] }) else { return }
        member.lease = nil
        let isQuiet = member.driver.activeID == nil && member.queue.isEmpty
        guard keep, isQuiet else {
            return drop(member, PostgresError(.connectionReturned, "the connection was given back"))
        }
        settle(member)
    }

    func cancel(_ id: OperationID) {
        if machine.cancel(id) {
            waiting.removeValue(forKey: id)?.pending.refuse(.taskCancelled)
        } else if let member = members.values.first(where: { $0.driver.activeID == id }) {
            cancelActive(member)
        } else {
            for member in members.values {
                guard let index = member.queue.firstIndex(where: { $0.id == id }) else { continue }
                member.queue.remove(at: index).answer(.failure(.taskCancelled))
            }
        }
    }

    private func cancelActive(_ member: PoolMember) {
        guard !member.isCancelling, let ticket = member.connection.cancelTicket else { return }
        member.isCancelling = true
        member.driver.cancelRequested = true
        let (mailbox, id) = (mailbox, member.id)
        Thread {
            ticket.redeem()
            _ = mailbox.post(.cancelSent(id))
        }.start()
    }

    func cancelSent(_ id: ConnectionID) {
        guard let member = members[id] else { return }
        member.isCancelling = false
        if member.lease != nil { return startNext(member) }
        if member.driver.activeID == nil { settle(member) }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { return error }
        return nil
    }
}
