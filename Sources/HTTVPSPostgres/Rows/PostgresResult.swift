package struct PostgresResult: Sendable {
    package var rows: [PostgresRow] = []
    package var command = ""
    package var affectedRows = 0
}
