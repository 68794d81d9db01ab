import CLibPQ

enum ResultStep {
    case rows([PostgresRow], command: String, affected: Int)
    case failure(ServerFailure)
    case unsupported

    init(_ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            self = .rows(
                Self.rows(result), command: Self.text(PQcmdStatus(result)),
                affected: Int(Self.text(PQcmdTuples(result))) ?? 0)
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE: self = .failure(ServerFailure(result))
        default: self = .unsupported
        }
    }

    private static func rows(_ result: OpaquePointer) -> [PostgresRow] {
        let rowCount = PQntuples(result)
        guard rowCount > 0 else { return [] }
        let width = PQnfields(result)
        let columns = PostgresColumns((0..<width).map { text(PQfname(result, $0)) })
        return (0..<rowCount).map { row in
            PostgresRow(columns: columns, cells: (0..<width).map { cell(result, row, $0) })
        }
    }

    private static func cell(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> String? {
        guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
}
