struct Progress {
    private let total: Int?
    private let action: String
    private var done = 0
    private let isShown: Bool

    init(of total: Int? = nil, doing action: String) {
        self.total = total
        self.action = action
        isShown = TerminalStream.errors.showsLines && (total ?? 2) > 1
    }

    mutating func step(by count: Int = 1) {
        done += count
        guard isShown else { return }
        TerminalStream.errors.replaceLine("\(done)\(total.map { " of \($0)" } ?? "") \(action)")
    }

    func end() { if isShown { TerminalStream.errors.replaceLine("") } }
}
