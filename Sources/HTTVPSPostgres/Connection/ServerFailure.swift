import CLibPQ

struct ServerFailure: Equatable {
    var sqlState: String
    var message: String
    var constraint: String?
    var position: Int?

    private enum Field: Unicode.Scalar {
        case sqlState = "C"
        case primaryMessage = "M"
        case constraintName = "n"
        case statementPosition = "P"
    }

    init(_ result: OpaquePointer) {
        func field(_ field: Field) -> String? {
            PQresultErrorField(result, Int32(field.rawValue.value)).map { String(cString: $0) }
        }
        sqlState = field(.sqlState) ?? "08006"
        message =
            field(.primaryMessage)
            ?? ServerText.sentence(PQresultErrorMessage(result).map { String(cString: $0) } ?? "")
        constraint = field(.constraintName)
        position = field(.statementPosition).flatMap { Int($0) }
    }

    func error(cancelRequested: Bool) -> PostgresError {
        PostgresError(
            sqlState: sqlState, serverMessage: message, constraint: constraint, position: position,
            cancelRequested: cancelRequested)
    }

    var meansStalePlan: Bool { sqlState == "26000" || sqlState == "0A000" }
}
