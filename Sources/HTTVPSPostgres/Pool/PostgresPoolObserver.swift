package protocol PostgresPoolObserver: Sendable {
    func connectionAcquired(after wait: Duration)
    func connectionRefused(_ error: PostgresError)
    func queryFinished(after duration: Duration, error: PostgresError?)
    func connectionOpened()
    func connectionLost(_ error: PostgresError)
}
