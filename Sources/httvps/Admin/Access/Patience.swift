struct Patience: Equatable, Sendable {
    var attempts = 3
    var pause = Duration.seconds(1)
    var longestWait = 30
}
