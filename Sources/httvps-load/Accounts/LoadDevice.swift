struct LoadDevice: Sendable {
    var id: String
    var token: String
}
