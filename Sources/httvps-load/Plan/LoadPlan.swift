struct LoadPlan: Equatable, Sendable {
    var sessions = 1_000
    var rampSeconds = 20.0
    var holdSeconds = 60.0
    var streamsPerSecond = 50.0
    var exchanges = 8
    var bulkEvery = 20
    var bulkBytes = 1_048_576
    var validationsPerSecond = 5.0
    var folder = ".build/load"

    static func reading(_ environment: [String: String]) throws(LoadError) -> LoadPlan {
        var plan = LoadPlan()
        var reader = PlanReader(environment: environment)
        reader.read("HTTVPS_LOAD_SESSIONS", 1...100_000) { plan.sessions = Int($0) }
        reader.read("HTTVPS_LOAD_RAMP_SECONDS", 0...3_600) { plan.rampSeconds = $0 }
        reader.read("HTTVPS_LOAD_SECONDS", 0...86_400) { plan.holdSeconds = $0 }
        reader.read("HTTVPS_LOAD_STREAMS", 0...10_000) { plan.streamsPerSecond = $0 }
        reader.read("HTTVPS_LOAD_BULK_EVERY", 0...1_000_000) { plan.bulkEvery = Int($0) }
        reader.read("HTTVPS_LOAD_BULK_KIB", 1...1_048_576) { plan.bulkBytes = Int($0) * 1_024 }
        plan.folder = environment["HTTVPS_LOAD_DIR"] ?? plan.folder
        guard reader.faults.isEmpty else {
            throw LoadError(.configuration, reader.faults.joined(separator: "\n"))
        }
        return plan
    }

    func isBulk(_ number: Int) -> Bool { bulkEvery > 0 && number % bulkEvery == 0 }
}

struct PlanReader {
    let environment: [String: String]
    private(set) var faults: [String] = []

    init(environment: [String: String]) { self.environment = environment }

    mutating func read(_ key: String, _ range: ClosedRange<Double>, _ take: (Double) -> Void) {
        guard let text = environment[key], !text.isEmpty else { return }
        guard let value = Double(text), range.contains(value) else {
            faults.append("\(key) is a number from \(Int(range.lowerBound)) to \(Int(range.upperBound)), not \(text)")
            return
        }
        take(value)
    }
}

extension LoadPlan {
    var sentence: String {
        let streams =
            streamsPerSecond > 0
            ? "\(Words.number(streamsPerSecond, digits: 0)) streams a second, every \(bulkEvery)th of \(bulkBytes / 1_024) KiB"
            : "no streams"
        return "\(sessions) sessions in \(Words.number(rampSeconds, digits: 0)) s, held for "
            + "\(Words.number(holdSeconds, digits: 0)) s, \(streams)"
    }
}
