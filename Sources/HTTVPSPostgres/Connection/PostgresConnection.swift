import CLibPQ

final class PostgresConnection {
    enum Interest: Equatable {
        case read
        case write
        case both
    }

    enum ConnectProgress {
        case waiting(Interest)
        case connected
        case failed(PostgresError)
    }

    enum ReadProgress {
        case waiting
        case result(ResultStep)
        case finished
        case lost(PostgresError)
    }

    private let handle: OpaquePointer

    init?(dsn: String, applicationName: String) {
        let settings: [(String, String)] = [
            ("gssencmode", "disable"), ("keepalives_idle", "30"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("fallback_application_name", applicationName), ("dbname", dsn),
            ("client_encoding", "UTF8"),
        ]
        let handle = CStringList(settings.map(\.0)).withPointers { keywords in
            CStringList(settings.map(\.1)).withPointers { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let handle else { return nil }
        self.handle = handle
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    var socket: Int32 { PQsocket(handle) }

    var isIdle: Bool { PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE }

    var isOpen: Bool { PQstatus(handle) == CONNECTION_OK }

    func pollConnect() -> ConnectProgress {
        guard PQstatus(handle) != CONNECTION_BAD else { return .failed(connectError) }
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_READING: return .waiting(.read)
        case PGRES_POLLING_WRITING: return .waiting(.write)
        case PGRES_POLLING_OK: return PQsetnonblocking(handle, 1) == 0 ? .connected : .failed(connectError)
        default: return .failed(connectError)
        }
    }

    func isAlive() -> Bool {
        PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    func sendScript(_ script: String) -> Bool { PQsendQuery(handle, script) == 1 }

    func sendPrepare(name: String, query: SQLQuery) -> Bool {
        let types = query.binds.map(\.type.rawValue)
        return PQsendPrepare(handle, name, query.text, Int32(types.count), types) == 1
    }

    func sendPrepared(name: String, binds: [SQLValue]) -> Bool {
        ParameterBlock(binds).withPointers { values, lengths, formats in
            PQsendQueryPrepared(handle, name, Int32(binds.count), values, lengths, formats, 0) == 1
        }
    }

    func sendUnprepared(_ query: SQLQuery) -> Bool {
        let types = query.binds.map(\.type.rawValue)
        return ParameterBlock(query.binds).withPointers { values, lengths, formats in
            PQsendQueryParams(handle, query.text, Int32(types.count), types, values, lengths, formats, 0) == 1
        }
    }

    func flush() -> Interest? {
        switch PQflush(handle) {
        case 0: .read
        case 1: .both
        default: nil
        }
    }

    func consume() -> Bool { PQconsumeInput(handle) == 1 }

    func next() -> ReadProgress {
        guard PQisBusy(handle) == 0 else {
            return PQstatus(handle) == CONNECTION_OK ? .waiting : .lost(lostError)
        }
        guard let result = PQgetResult(handle) else {
            return PQstatus(handle) == CONNECTION_OK ? .finished : .lost(lostError)
        }
        defer { PQclear(result) }
        return .result(ResultStep(result))
    }

    var lostError: PostgresError { .connectionLost(lastMessage) }

    var cancelTicket: CancelTicket? { PQgetCancel(handle).map(CancelTicket.init) }

    private var connectError: PostgresError {
        PostgresError(.databaseUnavailable, "PostgreSQL cannot be reached: \(lastMessage)")
    }

    private var lastMessage: String {
        ServerText.sentence(PQerrorMessage(handle).map { String(cString: $0) } ?? "")
    }
}
